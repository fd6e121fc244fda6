import type { ObjectSelection } from "#shared/contract/printer.ts";
import { AppError, messageOf } from "#shared/rpc/errors.ts";
import { RpcPeer, type RpcNotification } from "#shared/rpc/rpcPeer.ts";
import type { Transport } from "#shared/rpc/transport.ts";
import { assertNever } from "#shared/util/assertNever.ts";
import type { Clock } from "#shared/util/clock.ts";
import { type Disposable, DisposableStore } from "#shared/util/disposable.ts";
import { drop } from "#shared/util/drop.ts";
import { Emitter } from "#shared/util/event.ts";
import type { PrinterObjects } from "#shared/util/mergeStatus.ts";
import type { Logger } from "../log/logger.ts";
import { DialError } from "./dialError.ts";
import {
  initialLink,
  type LinkEffect,
  type LinkInput,
  type LinkMachine,
  publicState,
  stepLink,
} from "./linkMachine.ts";
import type { LinkProtocol, Notice } from "./linkProtocol.ts";
import type { HistoryEntry, LinkState } from "./printerLink.ts";
import { SessionFacts } from "./sessionFacts.ts";

export interface LinkConnectionParts {
  readonly protocol: LinkProtocol;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly previousProcess: string | null;
  readonly onGcode: (line: string) => void;
  readonly onHistory: (entry: HistoryEntry) => void;
  readonly onRemoteMethod: (name: string) => void;
  /** Every notification as it came, after it was taken note of here. */
  readonly onNotification: (notification: RpcNotification) => void;
}

/** Without a reason of ours, a stack trace would be made with every failed dial. */
const ENDED = "the connection has ended";

/** What belongs to one connection and ends with it. */
interface Wire {
  readonly epoch: number;
  readonly owned: DisposableStore;
  readonly abort: AbortController;
  peer: RpcPeer | undefined;
  /** The next look at Klippy, and which one counts: an answer overtaken by a newer question is stale. */
  nextAsk: Disposable | undefined;
  asked: number;
  /** Settles when the socket is gone. */
  closed: Promise<void>;
}

/**
 * Carries out what the link machine decides: dials, identifies, asks, subscribes, waits. Whatever an
 * answer belongs to is checked again after every await; answers of an older connection change nothing.
 */
export class LinkConnection {
  readonly #parts: LinkConnectionParts;
  readonly #facts: SessionFacts;
  readonly #onDidChangeState = new Emitter<LinkState>();
  readonly #inputs: LinkInput[] = [];
  readonly #closing = new Set<Promise<void>>();
  #machine: LinkMachine;
  #state: LinkState;
  #wire: Wire | undefined;
  #retry: Disposable | undefined;
  #badFrames = 0;
  /** What clients of ours want to follow besides the farm view. */
  #followed: ObjectSelection = {};
  #stepping = false;

  readonly onDidChangeState = this.#onDidChangeState.event;
  readonly onDidChangeStatus;

  constructor(parts: LinkConnectionParts) {
    this.#parts = parts;
    this.#machine = initialLink(parts.clock.now());
    this.#state = publicState(this.#machine);
    this.#facts = new SessionFacts(parts.clock, parts.previousProcess);
    this.onDidChangeStatus = this.#facts.onDidChange;
  }

  get state(): LinkState {
    return this.#state;
  }

  get epoch(): number {
    return this.#machine.epoch;
  }

  get status(): PrinterObjects {
    return this.#facts.status;
  }

  /** For requests: only once the printer has accepted us. */
  get peer(): RpcPeer | undefined {
    return this.#machine.kind === "connected" ? this.#wire?.peer : undefined;
  }

  start(): void {
    this.#feed({ kind: "start" });
  }

  async stop(): Promise<void> {
    this.#feed({ kind: "stop" });
    await Promise.all(this.#closing);
  }

  reconnectNow(): void {
    this.#feed({ kind: "reconnect_now" });
  }

  /** See PrinterLink.follow. A mere change of what is followed is no new session. */
  async follow(objects: ObjectSelection): Promise<void> {
    this.#followed = objects;
    const { peer } = this;
    const machine = this.#machine;
    if (machine.kind !== "connected" || peer === undefined || this.#state.kind !== "connected")
      return;
    const { session } = this.#state;
    if (session === null) return;
    const { epoch, round } = machine;
    const { protocol } = this.#parts;
    const { status, eventtime } = await protocol.resubscribe(peer, session.objects, objects);
    if (!this.#isCurrent(epoch, round)) return;
    this.#facts.takeAnswer(status, eventtime);
  }

  /** Inputs are taken one after another, also those that listeners and effects cause. */
  #feed(input: LinkInput): void {
    this.#inputs.push(input);
    if (this.#stepping) return;
    this.#stepping = true;
    try {
      for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) {
        this.#step(next);
      }
    } finally {
      this.#stepping = false;
    }
  }

  #step(input: LinkInput): void {
    const { clock, random } = this.#parts;
    const now = clock.now();
    const { machine, effects } = stepLink(this.#machine, input, { now, random: random() });
    if (machine === this.#machine && effects.length === 0) return;
    this.#machine = machine;
    for (const effect of effects) this.#carryOut(effect);
    const state = publicState(machine);
    if (sameState(state, this.#state)) return;
    this.#log(state, this.#state);
    this.#state = state;
    this.#onDidChangeState.fire(state);
  }

  #carryOut(effect: LinkEffect): void {
    switch (effect.kind) {
      case "dial":
        return this.#dial(effect.epoch);
      case "identify":
        return this.#withWire(effect.epoch, (wire, peer) => this.#identify(wire, peer));
      case "ask_klippy":
        return this.#withWire(effect.epoch, (wire, peer) => {
          wire.nextAsk?.dispose();
          if (effect.delay === 0) return this.#askKlippy(wire, peer);
          const ask = (): void => this.#askKlippy(wire, peer);
          wire.nextAsk = this.#parts.clock.setTimer(effect.delay, ask);
        });
      case "subscribe":
        return this.#withWire(effect.epoch, (wire, peer) =>
          this.#subscribe(wire, peer, effect.round),
        );
      case "discard_session":
        return this.#facts.discard();
      case "hang_up":
        return this.#hangUp();
      case "retry_in": {
        const due = (): void => this.#feed({ kind: "retry_due" });
        this.#retry = this.#parts.clock.setTimer(effect.delay, due);
        return;
      }
      case "cancel_retry":
        return this.#retry?.dispose();
      default:
        return assertNever(effect, "link effect");
    }
  }

  #dial(epoch: number): void {
    const wire: Wire = {
      epoch,
      owned: new DisposableStore(),
      abort: new AbortController(),
      peer: undefined,
      nextAsk: undefined,
      asked: 0,
      closed: Promise.resolve(),
    };
    this.#wire = wire;
    const attempt = this.#parts.protocol.open(wire.abort.signal);
    wire.closed = attempt.then(
      (transport) => this.#adopt(wire, transport),
      (error: unknown) => this.#feed(this.#dialFailed(epoch, error)),
    );
  }

  /** Resolves when the socket is closed. */
  #adopt(wire: Wire, transport: Transport): Promise<void> {
    const { epoch, owned } = wire;
    const closed = new Promise<void>((resolve) => {
      transport.onDidClose((reason) => {
        resolve();
        this.#feed({ kind: "closed", epoch, reason: `The connection broke off: ${reason}` });
      });
    });
    if (this.#wire !== wire) {
      transport.close();
      return closed;
    }
    const peer = new RpcPeer(transport, this.#parts.clock);
    wire.peer = owned.add(peer);
    const { protocol } = this.#parts;
    owned.add(
      peer.onDidNotify((notification) => {
        const { method, params } = notification;
        for (const notice of protocol.readNotices(method, params)) this.#notice(wire, notice);
        this.#parts.onNotification(notification);
      }),
    );
    owned.add(peer.onDidReceiveInvalid((reason) => this.#countBadFrame(reason)));
    this.#feed({ kind: "opened", epoch });
    return closed;
  }

  #hangUp(): void {
    const wire = this.#wire;
    if (wire === undefined) return;
    this.#wire = undefined;
    wire.abort.abort(ENDED);
    wire.nextAsk?.dispose();
    wire.owned.dispose();
    const { closed } = wire;
    this.#closing.add(closed);
    drop(
      closed.finally(() => this.#closing.delete(closed)),
      (error) => this.#parts.logger.warn("closing failed", { error: messageOf(error) }),
    );
  }

  #identify(wire: Wire, peer: RpcPeer): void {
    const { epoch } = wire;
    this.#parts.protocol.greet(peer).then(
      () => this.#feed({ kind: "identified", epoch }),
      (error: unknown) => this.#feed(this.#dialFailed(epoch, error)),
    );
  }

  #askKlippy(wire: Wire, peer: RpcPeer): void {
    const { epoch } = wire;
    const ask = ++wire.asked;
    const { protocol } = this.#parts;
    protocol.askKlippy(peer).then(
      (told) => {
        if (ask === wire.asked) this.#feed({ kind: "klippy_told", epoch, told });
      },
      (error: unknown) => {
        if (ask !== wire.asked) return;
        if (protocol.isUnauthorized(error)) return this.#feed(this.#dialFailed(epoch, error));
        this.#parts.logger.debug("Klippy's state is not told", { error: messageOf(error) });
        this.#feed({ kind: "klippy_told", epoch, told: null });
      },
    );
  }

  #subscribe(wire: Wire, peer: RpcPeer, round: number): void {
    const { epoch } = wire;
    this.#facts.expectFull();
    const { protocol, logger } = this.#parts;
    const followed = this.#followed;
    protocol.subscribe(peer, followed).then(
      (subscription) => {
        if (!this.#isCurrent(epoch, round)) return;
        const { klippyProcess, announce } = this.#facts.begin(subscription);
        const { objects } = subscription;
        const { keepsHistory } = protocol;
        const session = { epoch, klippyProcess, objects, keepsHistory };
        this.#feed({ kind: "subscribed", epoch, round, session });
        // Whoever heard of the session may have ended it.
        if (!this.#isCurrent(epoch, round)) return;
        announce();
        if (this.#followed === followed) return;
        drop(this.follow(this.#followed), (error) =>
          logger.warn("following failed", { error: messageOf(error) }),
        );
      },
      (error: unknown) => {
        logger.warn("subscribing failed", { error: messageOf(error) });
        this.#feed({ kind: "subscribe_failed", epoch, round });
      },
    );
  }

  #notice(wire: Wire, notice: Notice): void {
    switch (notice.kind) {
      case "status":
        return this.#facts.takeUpdate(notice.delta, notice.eventtime);
      case "klippy":
        return this.#feed({ kind: "klippy_noticed", epoch: wire.epoch, klippy: notice.state });
      case "gcode":
        this.#facts.noteLine(notice.line);
        return this.#parts.onGcode(notice.line);
      case "history":
        return this.#parts.onHistory(notice.entry);
      case "remote_method":
        return this.#parts.onRemoteMethod(notice.name);
      case "bad":
        return this.#countBadFrame(`${notice.method} with unusable params`);
      case "other":
        return;
      default:
        return assertNever(notice, "notice");
    }
  }

  #isCurrent(epoch: number, round: number): boolean {
    const machine = this.#machine;
    return machine.kind === "connected" && machine.epoch === epoch && machine.round === round;
  }

  #withWire(epoch: number, run: (wire: Wire, peer: RpcPeer) => void): void {
    const wire = this.#wire;
    if (wire?.epoch === epoch && wire.peer !== undefined) run(wire, wire.peer);
  }

  #dialFailed(epoch: number, error: unknown): LinkInput {
    const refused =
      error instanceof DialError
        ? error.failure === "unauthorized"
        : error instanceof AppError && error.code === "unauthorized";
    if (refused) return { kind: "refused", epoch, reason: messageOf(error) };
    const silent = error instanceof AppError && error.code === "timeout";
    return {
      kind: "closed",
      epoch,
      reason: silent ? this.#parts.protocol.silence : messageOf(error),
    };
  }

  /** The first few in full, then every hundredth: a broken printer must not fill the disk. */
  #countBadFrame(reason: string): void {
    this.#badFrames++;
    if (this.#badFrames > 5 && this.#badFrames % 100 !== 0) return;
    this.#parts.logger.warn("unusable frame", { reason, count: this.#badFrames });
  }

  /** A printer that stays away is one line, not one with each try. */
  #log(state: LinkState, before: LinkState): void {
    const { logger } = this.#parts;
    if (state.kind === "connected") {
      logger.info("connected", { epoch: state.epoch, klippy: state.klippy });
    } else if (state.kind !== "connecting") {
      const { reason } = state;
      if (state.kind !== before.kind || reason !== before.reason)
        logger.info(state.kind, { reason });
    }
  }
}

/** A state that says nothing new is not announced (each retry makes one). */
function sameState(a: LinkState, b: LinkState): boolean {
  if (a.kind !== "connected" || b.kind !== "connected")
    return JSON.stringify(a) === JSON.stringify(b);
  return (
    a.epoch === b.epoch &&
    a.klippy === b.klippy &&
    a.message === b.message &&
    a.session === b.session
  );
}
