import { readFileSync, writeFileSync } from "node:fs";

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

const CLOSED = "0".charCodeAt(0);
const OPEN = "1".charCodeAt(0);

/** Reads the fuses out of a packaged binary: what is really set, whatever a configuration says. */
export function readFuses(executable: string): Readonly<Record<string, boolean>> {
  const bytes = readFileSync(executable);
  const { first, count } = placeOf(bytes);
  return Object.fromEntries(
    NAMES.slice(0, count).map((name, index) => [name, bytes[first + index] === OPEN]),
  );
}

/** Turns one fuse of a binary; a link to another one must have been broken before. */
export function setFuse(executable: string, name: (typeof NAMES)[number], open: boolean): void {
  const bytes = readFileSync(executable);
  bytes[placeOf(bytes).first + NAMES.indexOf(name)] = open ? OPEN : CLOSED;
  writeFileSync(executable, bytes);
}

function placeOf(bytes: Buffer): { readonly first: number; readonly count: number } {
  const at = bytes.indexOf(SENTINEL);
  if (at < 0) throw new Error("This binary has no fuses");
  const start = at + SENTINEL.length;
  if (bytes[start] !== 1) throw new Error("Fuses of an unknown version");
  return { first: start + 2, count: bytes[start + 1] ?? 0 };
}
