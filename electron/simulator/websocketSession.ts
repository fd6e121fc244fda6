import { type Clock, sleep } from "#shared/util/clock.ts";
import { drop } from "#shared/util/drop.ts";
import type { WebSocket } from "ws";
import { answer } from "./dispatcher.ts";
import type { FaultSwitches } from "./faults.ts";
import type { Moonraker, Session } from "./moonraker/moonraker.ts";
import { ServerError } from "./moonraker/serverError.ts";
import type { Selection } from "./moonraker/statusFeed.ts";

export interface WebsocketSessionOptions {
  readonly id: number;
  readonly socket: WebSocket;
  readonly moonraker: Moonraker;
  readonly faults: FaultSwitches;
  readonly clock: Clock;
  readonly isAuthorized: boolean;
}

/** One client on /websocket, with everything that can be wrong on the way to it. */
export class WebsocketSession implements Session {
  readonly id: number;
  subscription: Selection | null = null;
  isAuthorized: boolean;
  readonly #options: WebsocketSessionOptions;
  #client: string | null = null;
  /** Frames kept back while the link stalls; null = it does not. */
  #stalled: string[] | null = null;
  #held: string | null = null;

  constructor(options: WebsocketSessionOptions) {
    this.#options = options;
    this.id = options.id;
    this.isAuthorized = options.isAuthorized;
  }

  start(): void {
    const { socket, moonraker } = this.#options;
    moonraker.sessions.add(this);
    socket.on("message", (data: Buffer) =>
      drop(this.#receive(data.toString("utf8")), () => this.drop()),
    );
    socket.on("close", () => moonraker.sessions.delete(this));
    // A reset by the peer is a close like any other; `close` follows.
    socket.on("error", () => undefined);
  }

  identify(client: string): void {
    if (this.#client !== null) {
      throw new ServerError(400, `Connection already identified: ${this.#client}`);
    }
    this.#client = client;
  }

  notify(frame: string): void {
    const { faults } = this.#options;
    if (faults.reorderFrames && this.#held === null) {
      this.#held = frame;
      return;
    }
    const held = this.#held;
    this.#held = null;
    for (const text of held === null ? [frame] : [frame, held]) {
      this.#send(text);
      if (faults.duplicateFrames) this.#send(text);
    }
  }

  close(code: number, reason: string): void {
    this.#options.moonraker.sessions.delete(this);
    this.#options.socket.close(code, reason);
  }

  /** Cut off without a closing handshake, as by a pulled cable that was noticed. */
  drop(): void {
    this.#options.moonraker.sessions.delete(this);
    this.#options.socket.terminate();
  }

  /** Nothing goes in or out until `resume`; what was sent meanwhile arrives then. */
  stall(): void {
    this.#stalled ??= [];
    this.#options.socket.pause();
  }

  resume(): void {
    const waiting = this.#stalled ?? [];
    this.#stalled = null;
    for (const frame of waiting) this.#send(frame);
    this.#options.socket.resume();
  }

  async #receive(text: string): Promise<void> {
    const { faults, clock, moonraker } = this.#options;
    const loses = faults.ackLost > 0 && text.includes('"printer.print.start"');
    if (loses) faults.ackLost--;
    const reply = await answer(text, { moonraker, session: this });
    if (faults.slowAnswers > 0) await sleep(clock, faults.slowAnswers);
    if (reply !== null && !loses) this.#send(reply);
  }

  #send(frame: string): void {
    if (this.#stalled !== null) this.#stalled.push(frame);
    else if (this.#options.socket.readyState === 1) this.#options.socket.send(frame);
  }
}
