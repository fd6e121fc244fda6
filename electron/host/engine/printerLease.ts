import { messageOf } from "#shared/rpc/errors.ts";
import { assertNever } from "#shared/util/assertNever.ts";
import { type Clock, sleep } from "#shared/util/clock.ts";
import type { Disposable } from "#shared/util/disposable.ts";
import { drop } from "#shared/util/drop.ts";
import { Emitter } from "#shared/util/event.ts";
import { Sequencer } from "#shared/util/sequencer.ts";
import type { PrinterLink } from "../link/printerLink.ts";
import type { Logger } from "../log/logger.ts";
import {
  type LeaseEffect,
  type LeaseInput,
  type LeaseModel,
  type LeaseSelf,
  type LeaseState,
  type LeaseTimes,
  mayStart,
  NO_LEASE,
  stepLease,
} from "./leaseMachine.ts";
import type { Instant } from "./instant.ts";

/** Name of the note at the printer. */
const NOTE = "lease";
/** Milliseconds for giving the lease back at the end. */
const RELEASE_WITHIN = 2_000;

export interface LeaseParts {
  readonly link: Pick<PrinterLink, "state" | "onDidChangeState" | "readNote" | "writeNote">;
  readonly self: LeaseSelf;
  readonly times: LeaseTimes;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Keeps this host's right to start prints at one printer: claims, renews, observes, gives back. */
export class PrinterLease {
  readonly #parts: LeaseParts;
  readonly #onDidChange = new Emitter<LeaseState>();
  /** Exchanges with the printer, one at a time. */
  readonly #exchanges = new Sequencer();
  #model: LeaseModel = NO_LEASE;
  #epoch: number | null = null;
  #listening: Disposable | undefined;
  #nextRead: Disposable | undefined;

  /** Another kind of state; renewals are not told. */
  readonly onDidChange = this.#onDidChange.event;

  constructor(parts: LeaseParts) {
    this.#parts = parts;
  }

  get state(): LeaseState {
    return this.#model.state;
  }

  start(): void {
    const { link } = this.#parts;
    this.#listening = link.onDidChangeState(() => this.#followLink());
    this.#followLink();
  }

  /** Gives the lease back, so that another host need not wait until it is stale. */
  async stop(): Promise<void> {
    this.#listening?.dispose();
    this.#nextRead?.dispose();
    const wasHeld = this.#model.state.kind === "held" && this.#epoch !== null;
    this.#epoch = null;
    const released = this.#exchanges.run(async () => {
      if (wasHeld) await this.#release();
    });
    // A printer that does not answer must not hold up the end: its lease runs out by itself.
    const patience = new AbortController();
    await Promise.race([released, sleep(this.#parts.clock, RELEASE_WITHIN, patience.signal)]);
    patience.abort();
    this.#model = NO_LEASE;
  }

  /** Reads the note anew. Resolves to whether a start may leave now. */
  async confirm(): Promise<boolean> {
    await this.#read(this.#epoch);
    return this.mayStart();
  }

  /** True while the note was renewed and confirmed a moment ago; asked in the turn that sends a start. */
  mayStart(): boolean {
    return this.#epoch !== null && mayStart(this.#model, this.#now(), this.#parts.times);
  }

  /** Claims the lease from whoever holds it. Resolves when the claim is written, not when it counts. */
  async takeOver(): Promise<void> {
    this.#feed({ kind: "take_over" });
    await this.#exchanges.idle();
  }

  #followLink(): void {
    const { state } = this.#parts.link;
    const epoch = state.kind === "connected" ? state.epoch : null;
    if (epoch === this.#epoch) return;
    this.#epoch = epoch;
    this.#nextRead?.dispose();
    this.#feed({ kind: epoch === null ? "disconnected" : "connected" });
  }

  #feed(input: LeaseInput): void {
    const { self, times } = this.#parts;
    const before = this.#model.state;
    const { model, effects } = stepLease(this.#model, input, this.#now(), self, times);
    this.#model = model;
    for (const effect of effects) this.#carryOut(effect);
    if (!sameStanding(before, model.state)) this.#onDidChange.fire(model.state);
  }

  #carryOut(effect: LeaseEffect): void {
    const epoch = this.#epoch;
    switch (effect.kind) {
      case "read":
        this.#nextRead?.dispose();
        this.#nextRead = this.#parts.clock.setTimer(effect.delay, () => {
          this.#go(this.#read(epoch));
        });
        return;
      case "write":
        return this.#go(this.#write(epoch, effect.note));
      default:
        return assertNever(effect, "lease effect");
    }
  }

  #read(epoch: number | null): Promise<void> {
    return this.#exchange(epoch, async () => {
      const askedAt = this.#now();
      return { kind: "read", value: await this.#parts.link.readNote(NOTE), askedAt };
    });
  }

  #write(
    epoch: number | null,
    note: Extract<LeaseEffect, { kind: "write" }>["note"],
  ): Promise<void> {
    return this.#exchange(epoch, async () => {
      const sentAt = this.#now();
      await this.#parts.link.writeNote(NOTE, note);
      return { kind: "written", note, sentAt };
    });
  }

  /** An answer of an older connection says nothing about this one. */
  #exchange(epoch: number | null, run: () => Promise<LeaseInput>): Promise<void> {
    return this.#exchanges.run(async () => {
      if (epoch === null || epoch !== this.#epoch) return;
      const input = await run().catch((error: unknown): LeaseInput => {
        return { kind: "failed", problem: messageOf(error) };
      });
      if (input.kind === "failed") {
        this.#parts.logger.warn("the lease could not be kept", { error: input.problem });
      }
      if (epoch === this.#epoch) this.#feed(input);
    });
  }

  async #release(): Promise<void> {
    const { link, self, logger } = this.#parts;
    try {
      const value = await link.readNote(NOTE);
      const isOurs = JSON.stringify(value)?.includes(self.session) === true;
      if (isOurs) await link.writeNote(NOTE, null);
    } catch (error) {
      logger.info("the lease could not be given back", { error: messageOf(error) });
    }
  }

  #go(work: Promise<void>): void {
    drop(work, (error) =>
      this.#parts.logger.error("the lease failed", { error: messageOf(error) }),
    );
  }

  #now(): Instant {
    return { wall: this.#parts.clock.now(), mono: this.#parts.clock.monotonic() };
  }
}

function sameStanding(a: LeaseState, b: LeaseState): boolean {
  if (a.kind === "observing" && b.kind === "observing") {
    return a.holder.host === b.holder.host && a.holder.user === b.holder.user;
  }
  if (a.kind === "unknown" && b.kind === "unknown") return a.problem === b.problem;
  return a.kind === b.kind;
}
