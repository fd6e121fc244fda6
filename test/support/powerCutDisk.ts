import { dirname } from "node:path";
import type { FilePort, FileReader, FileWriter } from "../../electron/host/library/filePort.ts";

/** What survives of work that was not synced: nothing, the names without the bytes, or all of it. */
export type Survivors = "synced only" | "names too" | "everything";

interface Content {
  bytes: Buffer;
  synced: Buffer;
}

class PowerCut extends Error {}

/**
 * A disk in memory that goes dark after a number of operations. What was written without a file sync, and
 * names that were changed without a sync of their folder, are lost, or survive in part: as on a real disk.
 */
export class PowerCutDisk implements FilePort {
  operations = 0;
  readonly #cutAfter: number;
  #files = new Map<string, Content>();
  #folders: Set<string>;
  #durableFiles = new Map<string, Content>();
  #durableFolders: Set<string>;

  /** @param existing folders that were there, durable, before */
  constructor(existing: readonly string[], cutAfter = Number.POSITIVE_INFINITY) {
    this.#folders = new Set(["/", ...existing]);
    this.#durableFolders = new Set(this.#folders);
    this.#cutAfter = cutAfter;
  }

  /** Counts an operation; others than the disk's own (the index) may count too. */
  step(): void {
    if (this.operations >= this.#cutAfter) throw new PowerCut("the power is gone");
    this.operations++;
  }

  /** The disk as it is found when the power is back. */
  afterPowerCut(survivors: Survivors): PowerCutDisk {
    const next = new PowerCutDisk([]);
    const files = survivors === "synced only" ? this.#durableFiles : this.#files;
    next.#folders = new Set(survivors === "synced only" ? this.#durableFolders : this.#folders);
    for (const [path, content] of files) {
      if (!next.#isReachable(dirname(path))) continue;
      const bytes = survivors === "everything" ? content.bytes : content.synced;
      next.#files.set(path, { bytes, synced: bytes });
    }
    next.#durableFiles = new Map(next.#files);
    next.#durableFolders = new Set(next.#folders);
    return next;
  }

  /** Bytes of a file as any program sees them now. */
  bytesOf(path: string): Buffer | undefined {
    return this.#files.get(path)?.bytes;
  }

  async makeFolder(path: string): Promise<void> {
    this.step();
    for (let at = path; at !== "/"; at = dirname(at)) this.#folders.add(at);
  }

  async create(path: string): Promise<FileWriter> {
    this.step();
    this.#requireFolder(dirname(path));
    const content: Content = { bytes: Buffer.alloc(0), synced: Buffer.alloc(0) };
    this.#files.set(path, content);
    return {
      write: async (chunks) => {
        this.step();
        content.bytes = Buffer.concat([content.bytes, ...chunks]);
      },
      sync: async () => {
        this.step();
        content.synced = content.bytes;
      },
      close: async () => this.step(),
    };
  }

  async open(path: string): Promise<FileReader> {
    this.step();
    const bytes = this.#files.get(path)?.bytes ?? Buffer.alloc(0);
    return {
      size: bytes.byteLength,
      read: async (position, length) => bytes.subarray(position, position + length),
      close: async () => undefined,
    };
  }

  async rename(from: string, to: string): Promise<void> {
    this.step();
    this.#requireFolder(dirname(to));
    const content = this.#files.get(from);
    if (content === undefined) throw new Error(`no such file: ${from}`);
    this.#files.delete(from);
    this.#files.set(to, content);
  }

  async remove(path: string): Promise<void> {
    this.step();
    this.#files.delete(path);
  }

  async syncFolder(path: string): Promise<void> {
    this.step();
    copyEntries(path, this.#files.keys(), this.#durableFiles, (name) => this.#files.get(name));
    for (const folder of this.#folders) {
      if (folder !== "/" && dirname(folder) === path) this.#durableFolders.add(folder);
    }
  }

  async list(path: string): Promise<readonly string[]> {
    this.step();
    return [...this.#files.keys()]
      .filter((name) => dirname(name) === path)
      .map((name) => name.slice(path.length + 1));
  }

  async sizeOf(path: string): Promise<number | undefined> {
    this.step();
    return this.#files.get(path)?.bytes.byteLength;
  }

  async diskUsage(): Promise<{ total: number; free: number }> {
    return { total: 1e9, free: 1e9 };
  }

  #requireFolder(path: string): void {
    if (!this.#folders.has(path)) throw new Error(`no such folder: ${path}`);
  }

  #isReachable(folder: string): boolean {
    return folder === "/" || (this.#folders.has(folder) && this.#isReachable(dirname(folder)));
  }
}

/** Makes the durable names of one folder those it has now: new, moved and removed ones. */
function copyEntries(
  folder: string,
  names: Iterable<string>,
  durable: Map<string, Content>,
  contentOf: (name: string) => Content | undefined,
): void {
  for (const name of durable.keys()) if (dirname(name) === folder) durable.delete(name);
  for (const name of names) {
    const content = dirname(name) === folder ? contentOf(name) : undefined;
    if (content !== undefined) durable.set(name, content);
  }
}
