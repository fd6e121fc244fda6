import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { type DesktopSettings, mergeSettings, readSettings } from "#shared/desktop/settings.ts";

/** The settings of this computer's app, in a file of their own; the farm's are in its store. */
export class SettingsFile {
  readonly #file: string;
  #settings: DesktopSettings;

  /** Reads the file; one that is missing or broken gives the defaults. */
  constructor(file: string) {
    this.#file = file;
    this.#settings = readSettings(readJson(file));
  }

  get value(): DesktopSettings {
    return this.#settings;
  }

  /** Written whole or not at all. Throws when the disk refuses; then nothing has changed. */
  change(change: Parameters<typeof mergeSettings>[1]): DesktopSettings {
    const next = mergeSettings(this.#settings, change);
    if (isDeepStrictEqual(next, this.#settings)) return next;
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(`${this.#file}.part`, `${JSON.stringify(next, null, 2)}\n`);
    renameSync(`${this.#file}.part`, this.#file);
    this.#settings = next;
    return next;
  }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
