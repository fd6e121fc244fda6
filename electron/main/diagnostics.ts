import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { redact } from "./redact.ts";

/** Bytes of each log file that are taken, from its end. */
const LOG_TAIL = 2_000_000;

export interface DiagnosticsSources {
  /** Name and value, one line each. */
  readonly facts: Readonly<Record<string, string | number | boolean | null>>;
  readonly settings: unknown;
  readonly logDir: string;
  readonly home: string;
}

/** One text with everything a report needs and no secret in it. Missing logs are said to be missing. */
export async function collectDiagnostics(sources: DiagnosticsSources): Promise<string> {
  const facts = Object.entries(sources.facts).map(([name, value]) => `${name}: ${String(value)}`);
  const logs = await Promise.all(
    ["nextplate.log.1", "nextplate.log"].map(async (name) => {
      const text = await tailOf(join(sources.logDir, name));
      return `== ${name}\n${text ?? "(not there)"}`;
    }),
  );
  const settings = JSON.stringify(sources.settings, null, 2);
  const text = ["== Nextplate", ...facts, "", "== Settings", settings, "", ...logs].join("\n");
  return redact(`${text}\n`, sources.home);
}

async function tailOf(file: string): Promise<string | null> {
  try {
    const text = await readFile(file, "utf8");
    if (text.length <= LOG_TAIL) return text;
    // From the start of a line: half of one could hide the name of a secret and show its value.
    return text.slice(text.indexOf("\n", text.length - LOG_TAIL) + 1);
  } catch {
    return null;
  }
}
