import * as z from "zod";
import type { Instant } from "./instant.ts";

/** The note that says who may start prints at a printer. It lies at the printer, readable for every host. */
export const LeaseNote = z.object({
  /** The installation, for good. */
  instance: z.string(),
  /** This run of it: a copied data folder must not pass for its original. */
  session: z.string(),
  user: z.string(),
  host: z.string(),
  /** Grows with every renewal; readers look for change and compare no clocks. */
  count: z.int(),
});
export type LeaseNote = z.output<typeof LeaseNote>;

export type LeaseHolder = Pick<LeaseNote, "user" | "host">;

/** Milliseconds. */
export interface LeaseTimes {
  readonly renew: number;
  /** A note that did not change for so long, seen through one connection, belongs to nobody. */
  readonly stale: number;
  /** No start later than this after the last renewal left. Well below `stale`. */
  readonly startWithin: number;
  /** No start later than this after the note was last read and found to be ours. */
  readonly confirmedWithin: number;
  /**
   * Between a claim and its reading back. Longer than `confirmedWithin`: who was displaced by the claim has
   * sent its last start before the claim counts.
   */
  readonly settle: number;
}

export const LEASE_TIMES: LeaseTimes = {
  renew: 10_000,
  stale: 60_000,
  startWithin: 30_000,
  confirmedWithin: 2_000,
  settle: 3_000,
};

export interface LeaseSelf extends LeaseHolder {
  readonly instance: string;
  readonly session: string;
}

export type LeaseState =
  /** Nothing was read through this connection yet. */
  | { readonly kind: "unknown"; readonly problem: string | null }
  | {
      readonly kind: "observing";
      readonly holder: LeaseHolder;
      /** The note as read, and since when (monotonic) it has not changed. */
      readonly raw: string;
      readonly unchangedSince: number;
    }
  | {
      readonly kind: "claiming";
      readonly note: LeaseNote;
      readonly settle: number;
      /** When the decision to claim rested on a read; a write that came too late is made again. */
      readonly decidedAt: number;
      readonly sentAt: Instant;
      readonly writtenAt: number | null;
    }
  | {
      readonly kind: "held";
      readonly note: LeaseNote;
      /** When the last renewal that was answered had left. */
      readonly renewedAt: Instant;
      /** When the last read that found our note had left. */
      readonly confirmedAt: Instant;
    };

export interface LeaseModel {
  readonly state: LeaseState;
  /** Count of the last note this run held and read back; null = it has never held one. */
  readonly heldCount: number | null;
  /** Count of the last note this run wrote. */
  readonly count: number;
}

export const NO_LEASE: LeaseModel = {
  state: { kind: "unknown", problem: null },
  heldCount: null,
  count: 0,
};

export type LeaseInput =
  | { readonly kind: "connected" | "disconnected" | "take_over" }
  | { readonly kind: "read"; readonly value: unknown; readonly askedAt: Instant }
  | { readonly kind: "written"; readonly note: LeaseNote; readonly sentAt: Instant }
  | { readonly kind: "failed"; readonly problem: string };

/** Each answers with an input. `read` replaces a read that still waits. */
export type LeaseEffect =
  | { readonly kind: "read"; readonly delay: number }
  | { readonly kind: "write"; readonly note: LeaseNote };

export interface LeaseStep {
  readonly model: LeaseModel;
  readonly effects: readonly LeaseEffect[];
}

/** What a fact means for the lease. Pure. */
export function stepLease(
  model: LeaseModel,
  input: LeaseInput,
  now: Instant,
  self: LeaseSelf,
  times: LeaseTimes,
): LeaseStep {
  const { state } = model;
  switch (input.kind) {
    case "connected":
      return { model: forget(model, null), effects: [{ kind: "read", delay: 0 }] };
    case "disconnected":
      return { model: forget(model, null), effects: [] };
    case "take_over":
      return claim(model, now, self, times.settle);
    case "failed": {
      // Of a claim nobody knows whether it arrived; a lease that is held runs out by itself.
      const isOpen = state.kind === "unknown" || state.kind === "claiming";
      const next = isOpen ? forget(model, input.problem) : model;
      return { model: next, effects: [{ kind: "read", delay: times.renew / 5 }] };
    }
    case "written":
      return written(model, input, now, times);
    case "read":
      return read(model, input, now, self, times);
  }
}

/** Whether a start may leave at this very moment. Both clocks must agree: one of them stops in a suspend. */
export function mayStart({ state }: LeaseModel, now: Instant, times: LeaseTimes): boolean {
  if (state.kind !== "held") return false;
  const renewed = age(state.renewedAt, now) < times.startWithin;
  return renewed && age(state.confirmedAt, now) < times.confirmedWithin;
}

function age(then: Instant, now: Instant): number {
  return Math.max(now.mono - then.mono, now.wall - then.wall);
}

function forget(model: LeaseModel, problem: string | null): LeaseModel {
  return { ...model, state: { kind: "unknown", problem } };
}

function claim(model: LeaseModel, now: Instant, self: LeaseSelf, settle: number): LeaseStep {
  const count = model.count + 1;
  const note: LeaseNote = { ...self, count };
  const decidedAt = now.mono;
  const state: LeaseState = {
    kind: "claiming",
    note,
    settle,
    decidedAt,
    sentAt: now,
    writtenAt: null,
  };
  return { model: { ...model, count, state }, effects: [{ kind: "write", note }] };
}

function written(
  model: LeaseModel,
  { note, sentAt }: Extract<LeaseInput, { kind: "written" }>,
  now: Instant,
  times: LeaseTimes,
): LeaseStep {
  const { state } = model;
  if ((state.kind !== "claiming" && state.kind !== "held") || state.note.count !== note.count) {
    return { model, effects: [{ kind: "read", delay: 0 }] };
  }
  if (state.kind === "held") {
    // Read back at once: a note of another hand between our read and our write shows now.
    return {
      model: { ...model, state: { ...state, renewedAt: sentAt } },
      effects: [{ kind: "read", delay: 0 }],
    };
  }
  const claimed: LeaseState = { ...state, sentAt, writtenAt: now.mono };
  const delay = Math.min(state.settle, times.renew);
  return { model: { ...model, state: claimed }, effects: [{ kind: "read", delay }] };
}

function read(
  model: LeaseModel,
  { value, askedAt }: Extract<LeaseInput, { kind: "read" }>,
  now: Instant,
  self: LeaseSelf,
  times: LeaseTimes,
): LeaseStep {
  const { state } = model;
  const parsed = LeaseNote.safeParse(value);
  const isOurs = parsed.success && parsed.data.session === self.session;
  if (state.kind === "claiming") {
    if (state.writtenAt === null) return { model, effects: [] };
    if (isOurs && parsed.data.count === state.note.count) {
      return settleClaim(model, state, now, askedAt, self, times);
    }
  } else if (state.kind === "held" && isOurs) {
    return renew(model, state, now, askedAt, times);
  }
  // A claim that lost, a note that is gone, and a first look are all judged alike.
  if (value === undefined || value === null) return claim(model, now, self, times.settle);
  if (isOurs) {
    const wasHeld = parsed.data.count === model.heldCount;
    return claim(model, now, self, wasHeld ? 0 : times.settle);
  }
  // Left by an earlier run. A run that has held it itself and finds another has a double: it steps back.
  const isOfOurs =
    parsed.success && parsed.data.instance === self.instance && parsed.data.host === self.host;
  if (isOfOurs && model.heldCount === null && state.kind === "unknown") {
    return claim(model, now, self, 0);
  }
  return observe(model, parsed.success ? parsed.data : null, value, now, self, times);
}

function settleClaim(
  model: LeaseModel,
  state: Extract<LeaseState, { kind: "claiming" }>,
  now: Instant,
  askedAt: Instant,
  self: LeaseSelf,
  times: LeaseTimes,
): LeaseStep {
  const writtenAt = state.writtenAt ?? now.mono;
  // A write that took this long may have displaced somebody whose claim was settled already.
  const wasSlow = state.settle > 0 && writtenAt - state.decidedAt > state.settle;
  if (wasSlow) return claim(model, now, self, times.settle);
  const left = writtenAt + state.settle - askedAt.mono;
  if (left > 0) return { model, effects: [{ kind: "read", delay: left }] };
  const held: LeaseState = {
    kind: "held",
    note: state.note,
    renewedAt: state.sentAt,
    confirmedAt: askedAt,
  };
  return {
    model: { ...model, heldCount: state.note.count, state: held },
    effects: [{ kind: "read", delay: times.renew }],
  };
}

function renew(
  model: LeaseModel,
  state: Extract<LeaseState, { kind: "held" }>,
  now: Instant,
  askedAt: Instant,
  times: LeaseTimes,
): LeaseStep {
  const since = age(state.renewedAt, now);
  const confirmed: LeaseState = { ...state, confirmedAt: askedAt };
  if (since < times.renew) {
    return {
      model: { ...model, heldCount: state.note.count, state: confirmed },
      effects: [{ kind: "read", delay: times.renew - since }],
    };
  }
  const count = model.count + 1;
  const note = { ...state.note, count };
  return {
    model: { ...model, count, state: { ...confirmed, note } },
    effects: [{ kind: "write", note }],
  };
}

function observe(
  model: LeaseModel,
  note: LeaseNote | null,
  value: unknown,
  now: Instant,
  self: LeaseSelf,
  times: LeaseTimes,
): LeaseStep {
  const { state } = model;
  const raw = JSON.stringify(value);
  const isSame = state.kind === "observing" && state.raw === raw;
  const unchangedSince = isSame ? state.unchangedSince : now.mono;
  const left = unchangedSince + times.stale - now.mono;
  if (left <= 0) return claim(model, now, self, times.settle);
  const holder = note ?? { user: "", host: "another program" };
  const observing: LeaseState = {
    kind: "observing",
    holder: { user: holder.user, host: holder.host },
    raw,
    unchangedSince,
  };
  return {
    model: { ...model, state: observing },
    effects: [{ kind: "read", delay: Math.min(times.renew, left) }],
  };
}
