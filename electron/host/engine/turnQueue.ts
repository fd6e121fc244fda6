import { drop } from "#shared/util/drop.ts";
import { Sequencer } from "#shared/util/sequencer.ts";
import type { WaitingCommand } from "./commandBatch.ts";
import type { QueueSnapshot } from "./queueEngine.ts";

/**
 * The order in which one queue takes in what happens: strictly one task after another, but commands that
 * come one right after the other, while an earlier task still runs, are one task: they can share a commit.
 */
export class TurnQueue {
  readonly #sequencer = new Sequencer();
  readonly #take: (batch: readonly WaitingCommand[]) => Promise<void>;
  /** Commands whose turn has not begun and behind which nothing else waits. */
  #batch: WaitingCommand[] | undefined;

  /** `take` settles every command it is given. */
  constructor(take: (batch: readonly WaitingCommand[]) => Promise<void>) {
    this.#take = take;
  }

  /** Runs a task when everything before it has ended; what comes later waits behind it. */
  run<T>(task: () => Promise<T>): Promise<T> {
    this.#batch = undefined;
    return this.#sequencer.run(task);
  }

  /** Puts a command behind everything that waits. */
  command(input: WaitingCommand["input"]): Promise<QueueSnapshot> {
    return new Promise((resolve, reject) => {
      const waiting = { input, resolve, reject };
      if (this.#batch !== undefined) return void this.#batch.push(waiting);
      const batch = [waiting];
      const begin = (): Promise<void> => {
        if (this.#batch === batch) this.#batch = undefined;
        return this.#take(batch);
      };
      const taken = this.run(begin);
      this.#batch = batch;
      drop(taken, (error) => batch.forEach((command) => command.reject(error)));
    });
  }

  /** Resolves when everything queued so far has ended. */
  idle(): Promise<void> {
    return this.#sequencer.idle();
  }
}
