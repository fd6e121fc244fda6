/** Runs tasks strictly one after another, in the order they were queued. A failed task fails alone. */
export class Sequencer {
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** Tasks queued or running. */
  get length(): number {
    return this.#waiting;
  }

  run<T>(task: () => T | Promise<T>): Promise<T> {
    this.#waiting++;
    const result = this.#tail.then(task);
    this.#tail = result.then(
      () => void this.#waiting--,
      () => void this.#waiting--,
    );
    return result;
  }

  /** Resolves when everything queued so far has ended. */
  async idle(): Promise<void> {
    await this.#tail;
  }
}
