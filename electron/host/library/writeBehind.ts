import type { FileWriter } from "./filePort.ts";

const BATCH_BYTES = 1024 * 1024;

/** Gathers small chunks and keeps one write under way while the next batch is hashed and gathered. */
export class WriteBehind {
  readonly #writer: FileWriter;
  #batch: Uint8Array[] = [];
  #batched = 0;
  #size = 0;
  /** Never rejects: a failure waits in `#failure` until the next push, so that none goes unhandled. */
  #underWay: Promise<void> = Promise.resolve();
  #failure: { readonly error: unknown } | undefined;

  constructor(writer: FileWriter) {
    this.#writer = writer;
  }

  /** Bytes pushed so far. */
  get size(): number {
    return this.#size;
  }

  /** Takes a chunk; waits only while a whole batch is still on its way to the disk. */
  async push(chunk: Uint8Array): Promise<void> {
    this.#batch.push(chunk);
    this.#batched += chunk.byteLength;
    this.#size += chunk.byteLength;
    if (this.#batched >= BATCH_BYTES) await this.#startWrite();
  }

  /** Writes the rest, syncs and closes: everything pushed is durable when it resolves. */
  async finish(): Promise<void> {
    await this.#startWrite();
    await this.#settle();
    await this.#writer.sync();
    await this.#writer.close();
  }

  /** Waits for the write under way and closes; the file is to be removed. */
  async abandon(): Promise<void> {
    await this.#underWay;
    await this.#writer.close().catch(() => undefined);
  }

  async #startWrite(): Promise<void> {
    await this.#settle();
    if (this.#batch.length === 0) return;
    const batch = this.#batch;
    this.#batch = [];
    this.#batched = 0;
    this.#underWay = this.#writer.write(batch).catch((error: unknown) => {
      this.#failure = { error };
    });
  }

  async #settle(): Promise<void> {
    await this.#underWay;
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
