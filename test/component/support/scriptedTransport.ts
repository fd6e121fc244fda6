import type { Transport } from "#shared/rpc/transport.ts";
import type { Clock } from "#shared/util/clock.ts";
import { Emitter } from "#shared/util/event.ts";

interface Frame {
  readonly id: number;
  readonly method: string;
}

/** The far end of a connection in memory: answers at once what the test says, and notifies on demand. */
export class ScriptedTransport implements Transport {
  readonly #received = new Emitter<string>();
  readonly #closed = new Emitter<string>();
  readonly #answer: (method: string) => unknown;
  readonly methods: string[] = [];
  readonly onDidReceive = this.#received.event;
  readonly onDidClose = this.#closed.event;

  constructor(answer: (method: string) => unknown) {
    this.#answer = answer;
  }

  send(text: string): void {
    const { id, method }: Frame = JSON.parse(text);
    this.methods.push(method);
    this.#received.fire(JSON.stringify({ jsonrpc: "2.0", id, result: this.#answer(method) }));
  }

  notify(method: string, ...params: unknown[]): void {
    this.#received.fire(JSON.stringify({ jsonrpc: "2.0", method, params }));
  }

  close(): void {
    this.#closed.fire("closed");
  }
}

/** Time that passes only when a test says so. */
export class StillClock implements Clock {
  #now = 0;
  readonly #timers = new Set<{ readonly due: number; readonly run: () => void }>();

  now = (): number => this.#now;
  monotonic = (): number => this.#now;

  setTimer(delay: number, run: () => void): { dispose(): void } {
    const timer = { due: this.#now + delay, run };
    this.#timers.add(timer);
    return { dispose: () => void this.#timers.delete(timer) };
  }

  async advance(milliseconds: number): Promise<void> {
    this.#now += milliseconds;
    for (const timer of this.#timers) {
      if (timer.due > this.#now) continue;
      this.#timers.delete(timer);
      timer.run();
    }
    await settled();
  }
}

/** Lets every promise that can settle do so. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
