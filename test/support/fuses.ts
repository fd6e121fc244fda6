import { readFileSync } from "node:fs";

/** Electron's own mark in front of the fuses of a binary. */
const SENTINEL = "dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX";

/** The fuses in the order of Electron's schema, version 1. */
const NAMES = [
  "runAsNode",
  "enableCookieEncryption",
  "enableNodeOptionsEnvironmentVariable",
  "enableNodeCliInspectArguments",
  "enableEmbeddedAsarIntegrityValidation",
  "onlyLoadAppFromAsar",
  "loadBrowserProcessSpecificV8Snapshot",
  "grantFileProtocolExtraPrivileges",
] as const;

/** Reads the fuses out of a packaged binary: what is really set, whatever a configuration says. */
export function readFuses(executable: string): Readonly<Record<string, boolean>> {
  const bytes = readFileSync(executable);
  const at = bytes.indexOf(SENTINEL);
  if (at < 0) throw new Error(`${executable} has no fuses`);
  const start = at + SENTINEL.length;
  if (bytes[start] !== 1) throw new Error("Fuses of an unknown version");
  const count = bytes[start + 1] ?? 0;
  return Object.fromEntries(
    NAMES.slice(0, count).map((name, index) => [
      name,
      bytes[start + 2 + index] === "1".charCodeAt(0),
    ]),
  );
}
