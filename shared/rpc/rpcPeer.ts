import type { Clock } from "../util/clock.ts";
import { type Disposable, DisposableStore } from "../util/disposable.ts";
import { Emitter } from "../util/event.ts";
import { parseIncoming } from "./envelope.ts";
import { AppError, RemoteError } from "./errors.ts";
import type { Transport } from "./transport.ts";

export interface RpcNotification {
  readonly method: string;
  readonly params: readonly unknown[];
}

export interface CallOptions {
  /** Milliseconds; absent = wait as long as the connection lives (a script may run for hours). */
  readonly timeout?: number;
}

interface Pending {
  readonly method: string;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: Disposable | undefined;
}

/**
 * The client side of a JSON-RPC connection, used by the renderer, the links and the tests.
 * Ids are counters; a call ends exactly once: with the answer, an error, its deadline, or
 * `unavailable` when the connection closes. Late answers are ignored.
 */
export class RpcPeer implements Disposable {
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #pending = new Map<number, Pending>();
  readonly #subscriptions = new DisposableStore();
  readonly #onDidNotify = new Emitter<RpcNotification>();
  readonly #onDidReceiveInvalid = new Emitter<string>();
  #nextId = 1;
  #closed: string | undefined;

  readonly onDidNotify = this.#onDidNotify.event;
  /** A frame that is no JSON-RPC: count it, log it, go on. */
  readonly onDidReceiveInvalid = this.#onDidReceiveInvalid.event;

  constructor(transport: Transport, clock: Clock) {
    this.#transport = transport;
    this.#clock = clock;
    this.#subscriptions.add(transport.onDidReceive((text) => this.#receive(text)));
    this.#subscriptions.add(transport.onDidClose((reason) => this.#close(reason)));
  }

  /** Calls waiting for an answer. */
  get pendingCount(): number {
    return this.#pending.size;
  }

  call(method: string, params?: object, options: CallOptions = {}): Promise<unknown> {
    if (this.#closed !== undefined) return Promise.reject(closedError(method, this.#closed));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const timer =
        options.timeout === undefined
          ? undefined
          : this.#clock.setTimer(options.timeout, () => {
              this.#pending.delete(id);
              reject(
                new AppError("timeout", `No answer to ${method} within ${options.timeout} ms`),
              );
            });
      this.#pending.set(id, { method, resolve, reject, timer });
      this.#transport.send(JSON.stringify({ jsonrpc: "2.0", method, params, id }));
    });
  }

  /** Rejects everything pending and closes the transport. */
  dispose(): void {
    this.#close("closed by us");
    this.#transport.close();
  }

  #receive(text: string): void {
    const frame = parseIncoming(text);
    switch (frame.kind) {
      case "notification":
        return this.#onDidNotify.fire(frame);
      case "invalid":
        return this.#onDidReceiveInvalid.fire(frame.reason);
      case "result":
        return this.#take(frame.id)?.resolve(frame.result);
      case "error":
        if (frame.id === null) return this.#onDidReceiveInvalid.fire(frame.message);
        return this.#take(frame.id)?.reject(new RemoteError(frame.code, frame.message, frame.data));
    }
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    pending?.timer?.dispose();
    return pending;
  }

  #close(reason: string): void {
    if (this.#closed !== undefined) return;
    this.#closed = reason;
    this.#subscriptions.dispose();
    for (const id of this.#pending.keys()) {
      const pending = this.#take(id);
      pending?.reject(closedError(pending.method, reason));
    }
  }
}

function closedError(method: string, reason: string): AppError {
  return new AppError("unavailable", `${method}: the connection is closed (${reason})`);
}
