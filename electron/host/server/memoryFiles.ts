import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { PrinterId } from "#shared/domain/ids.ts";

export type MemoryPart = "console" | "temperatures";

/**
 * What printers said and how warm they were, in files of their own: worth a rename, not a commit. A power cut
 * may cost the last of it, and a file that cannot be read is as good as none.
 */
export class MemoryFiles {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Undefined = nothing is known. */
  async read(printer: PrinterId, part: MemoryPart): Promise<unknown> {
    try {
      return JSON.parse(await readFile(this.#path(printer, part), "utf8"));
    } catch {
      return undefined;
    }
  }

  /** Replaces what was there, whole. */
  async write(printer: PrinterId, part: MemoryPart, value: object): Promise<void> {
    await mkdir(this.#dir, { recursive: true });
    const path = this.#path(printer, part);
    await writeFile(`${path}.new`, JSON.stringify(value));
    await rename(`${path}.new`, path);
  }

  async forget(printer: PrinterId): Promise<void> {
    await rm(this.#path(printer, "console"), { force: true });
    await rm(this.#path(printer, "temperatures"), { force: true });
  }

  #path(printer: PrinterId, part: MemoryPart): string {
    return join(this.#dir, `${encodeURIComponent(printer)}.${part}.json`);
  }
}
