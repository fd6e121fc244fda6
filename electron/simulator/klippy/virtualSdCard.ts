const LINE_FEED = 10;

/** The file being read. Kept open after an error, closed by completion, cancel and reset. */
export class VirtualSdCard {
  readonly #root: string;
  #bytes: Buffer | null = null;
  #path: string | null = null;
  #size = 0;
  #position = 0;
  active = false;

  constructor(root: string) {
    this.#root = root;
  }

  get isLoaded(): boolean {
    return this.#bytes !== null;
  }

  get progress(): number {
    return this.#size === 0 ? 0 : this.#position / this.#size;
  }

  load(path: string, bytes: Buffer): void {
    this.#bytes = bytes;
    this.#path = `${this.#root}/${path}`;
    this.#size = bytes.length;
    this.#position = 0;
  }

  /** The next line without its end, or null at the end of the file. */
  readLine(): string | null {
    const bytes = this.#bytes;
    if (bytes === null || this.#position >= bytes.length) return null;
    const end = bytes.indexOf(LINE_FEED, this.#position);
    const stop = end < 0 ? bytes.length : end;
    const line = bytes.toString("utf8", this.#position, stop);
    this.#position = end < 0 ? stop : stop + 1;
    return line;
  }

  /** The end of the file was read: it is closed, the numbers stay. */
  close(): void {
    this.#bytes = null;
    this.#path = null;
    this.active = false;
  }

  reset(): void {
    this.close();
    this.#position = this.#size = 0;
  }

  status(): Record<string, unknown> {
    return {
      file_path: this.#path,
      progress: this.progress,
      is_active: this.active,
      file_position: this.#position,
      file_size: this.#size,
    };
  }
}
