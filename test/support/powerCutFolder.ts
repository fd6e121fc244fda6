import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { nodeStoreFiles, type StoreFiles } from "../../electron/host/store/storeFiles.ts";
import type { Survivors } from "./powerCutDisk.ts";

class PowerCut extends Error {}

/** One file's bytes, whatever it is called by now. */
interface Content {
  /** Where it lies; null = another file has taken its name. */
  path: string | null;
  synced: Buffer;
  /** SQLite writes and syncs it itself. */
  readonly isSqlites: boolean;
}

/**
 * A real folder of a store whose power goes after a number of the store's own file operations. SQLite works
 * on it as on any folder; what it keeps itself (the store and its log) is taken to be durable.
 */
export class PowerCutFolder implements StoreFiles {
  operations = 0;
  /** Whether the power has gone; whatever its user makes of that, nothing more reaches the disk. */
  isCut = false;
  readonly #dir: string;
  readonly #cutAfter: number;
  readonly #live = new Map<string, Content>();
  #durable = new Map<string, Content>();

  private constructor(dir: string, cutAfter: number) {
    this.#dir = dir;
    this.#cutAfter = cutAfter;
  }

  /** What lies in the folder now is durable. */
  static async open(dir: string, cutAfter = Number.POSITIVE_INFINITY): Promise<PowerCutFolder> {
    const folder = new PowerCutFolder(dir, cutAfter);
    await folder.#look();
    for (const content of folder.#live.values()) content.synced = await read(content);
    folder.#durable = new Map(folder.#live);
    return folder;
  }

  exists(path: string): boolean {
    return existsSync(path);
  }

  async copy(from: string, to: string): Promise<void> {
    this.#step();
    await nodeStoreFiles.copy(from, to);
  }

  async sync(path: string): Promise<void> {
    this.#step();
    await this.#look();
    const content = this.#live.get(path);
    if (content !== undefined) content.synced = await read(content);
  }

  async rename(from: string, to: string): Promise<void> {
    this.#step();
    await this.#look();
    await this.#take(to);
    const content = this.#live.get(from);
    await nodeStoreFiles.rename(from, to);
    this.#live.delete(from);
    if (content === undefined) return;
    content.path = to;
    this.#live.set(to, content);
  }

  async remove(path: string): Promise<void> {
    this.#step();
    await this.#look();
    await this.#take(path);
    await nodeStoreFiles.remove(path);
  }

  async syncFolder(): Promise<void> {
    this.#step();
    await this.#look();
    this.#durable = new Map(this.#live);
  }

  /** Makes `target` the folder as it is found when the power is back. */
  async afterPowerCut(target: string, survivors: Survivors): Promise<void> {
    await this.#look();
    await mkdir(target);
    const names = new Map(survivors === "synced only" ? this.#durable : this.#live);
    for (const [path, content] of this.#live) if (content.isSqlites) names.set(path, content);
    for (const [path, content] of names) {
      // What SQLite has deleted, or called otherwise, it has synced itself.
      if (content.isSqlites && content.path !== null && !existsSync(content.path)) continue;
      const isWhole = survivors === "everything" || content.isSqlites;
      const bytes = isWhole ? await read(content) : content.synced;
      await writeFile(join(target, basename(path)), bytes);
    }
  }

  #step(): void {
    this.isCut ||= this.operations >= this.#cutAfter;
    if (this.isCut) throw new PowerCut("the power is gone");
    this.operations++;
  }

  /** Finds what SQLite has made meanwhile. */
  async #look(): Promise<void> {
    const names = new Set((await readdir(this.#dir)).map((name) => join(this.#dir, name)));
    for (const path of this.#live.keys()) if (!names.has(path)) this.#live.delete(path);
    for (const path of names) {
      if (this.#live.has(path)) continue;
      const isSqlites = /^nextplate\.db(-wal)?$/.test(basename(path));
      this.#live.set(path, { path, synced: Buffer.alloc(0), isSqlites });
    }
  }

  /** A name is about to go; its bytes may still be what a power cut brings back. */
  async #take(path: string): Promise<void> {
    const content = this.#live.get(path);
    if (content === undefined) return;
    if (content.isSqlites) content.synced = await read(content);
    content.path = null;
    this.#live.delete(path);
  }
}

async function read({ path, synced }: Content): Promise<Buffer> {
  return path === null ? synced : readFile(path);
}
