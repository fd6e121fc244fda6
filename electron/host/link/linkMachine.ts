import type { KlippyState } from "#shared/contract/server.ts";
import { assertNever } from "#shared/util/assertNever.ts";
import { backoffDelay, type BackoffOptions } from "#shared/util/backoff.ts";
import type { LinkState, PrinterSession } from "./printerLink.ts";

/** Waits between tries: about a second at first, half a minute for a printer that stays away. */
export const LINK_BACKOFF: BackoffOptions = { base: 1_000, cap: 30_000, jitter: 0.3 };
/** Milliseconds: waits from this one on end at whole multiples of the second figure. */
const SELDOM = 10_000;
const TOGETHER = 2_000;
/** Milliseconds between two looks at a Klippy that is not ready. */
const KLIPPY_POLL = 2_000;
/** A connection that lived this long (milliseconds) was a good one: the next failure starts at the base. */
export const STABLE_AFTER = 10_000;

/** Why the printer cannot be reached, and since when. */
interface Trouble {
  readonly kind: "unreachable" | "unauthorized";
  readonly reason: string;
  readonly since: number;
  /** When the next try was or is due. It stays while that try runs, so that a retry is no news. */
  readonly retryAt: number;
}

interface Common {
  /** Number of the newest connection tried. */
  readonly epoch: number;
  /** Failures in a row. */
  readonly failures: number;
  readonly lastSeen: number | null;
}

/** Connected is not ready: only `session` says that the printer's values can be relied on. */
export type LinkMachine = Common &
  (
    | { readonly kind: "stopped"; readonly since: number }
    | { readonly kind: "dialing"; readonly since: number; readonly trouble: Trouble | null }
    | { readonly kind: "identifying"; readonly since: number; readonly trouble: Trouble | null }
    | {
        readonly kind: "connected";
        readonly since: number;
        readonly klippy: KlippyState;
        readonly message: string;
        /** Counts subscriptions asked for; an answer to an earlier one is stale. */
        readonly round: number;
        readonly session: PrinterSession | null;
      }
    | { readonly kind: "waiting"; readonly trouble: Trouble }
  );

export type LinkInput =
  | { readonly kind: "start" }
  | { readonly kind: "stop" }
  | { readonly kind: "reconnect_now" }
  | { readonly kind: "retry_due" }
  | { readonly kind: "opened"; readonly epoch: number }
  | { readonly kind: "identified"; readonly epoch: number }
  | { readonly kind: "refused"; readonly epoch: number; readonly reason: string }
  /** The connection failed or closed. */
  | { readonly kind: "closed"; readonly epoch: number; readonly reason: string }
  /** `server.info` was answered (with `printer.info`'s words), or could not be (`null`). */
  | {
      readonly kind: "klippy_told";
      readonly epoch: number;
      readonly told: { readonly klippy: KlippyState; readonly message: string } | null;
    }
  /** A notification of the printer. */
  | {
      readonly kind: "klippy_noticed";
      readonly epoch: number;
      readonly klippy: "ready" | "shutdown" | "disconnected";
    }
  | {
      readonly kind: "subscribed";
      readonly epoch: number;
      readonly round: number;
      readonly session: PrinterSession;
    }
  | { readonly kind: "subscribe_failed"; readonly epoch: number; readonly round: number };

export type LinkEffect =
  | { readonly kind: "dial"; readonly epoch: number }
  | { readonly kind: "identify"; readonly epoch: number }
  | { readonly kind: "ask_klippy"; readonly epoch: number; readonly delay: number }
  | { readonly kind: "subscribe"; readonly epoch: number; readonly round: number }
  /** Values of before are worth nothing. */
  | { readonly kind: "discard_session" }
  /** Ends the connection and every request and timer that belongs to it. */
  | { readonly kind: "hang_up" }
  | { readonly kind: "retry_in"; readonly delay: number }
  | { readonly kind: "cancel_retry" };

export interface LinkStep {
  readonly machine: LinkMachine;
  readonly effects: readonly LinkEffect[];
}

/** `now` in wall milliseconds, `random` in [0, 1). */
export interface LinkMoment {
  readonly now: number;
  readonly random: number;
}

export function initialLink(now: number): LinkMachine {
  return { kind: "stopped", since: now, epoch: 0, failures: 0, lastSeen: null };
}

/** The next state and what to do about it. Inputs of another epoch change nothing. */
export function stepLink(machine: LinkMachine, input: LinkInput, at: LinkMoment): LinkStep {
  if ("epoch" in input && !isOpenEpoch(machine, input.epoch)) return stay(machine);
  switch (input.kind) {
    case "start":
      return machine.kind === "stopped" ? dial(machine, null, at) : stay(machine);
    case "stop":
      return machine.kind === "stopped" ? stay(machine) : stop(machine, at);
    case "reconnect_now":
    case "retry_due":
      if (machine.kind !== "waiting") return stay(machine);
      return dial(machine, machine.trouble, at, [{ kind: "cancel_retry" }]);
    case "opened":
      if (machine.kind !== "dialing") return stay(machine);
      return go({ ...machine, kind: "identifying" }, { kind: "identify", epoch: machine.epoch });
    case "identified":
      return identified(machine, at);
    case "refused":
      return fail(machine, "unauthorized", input.reason, at);
    case "closed":
      return fail(machine, "unreachable", input.reason, at);
    case "klippy_told":
      return klippyTold(machine, input.told, at);
    case "klippy_noticed":
      return klippyNoticed(machine, input.klippy, at);
    case "subscribed":
      if (machine.kind !== "connected" || machine.round !== input.round) return stay(machine);
      return go({ ...machine, session: input.session, lastSeen: at.now });
    case "subscribe_failed":
      if (machine.kind !== "connected" || machine.round !== input.round) return stay(machine);
      // A new round: what still arrives for the failed one belongs to nobody.
      return go(
        { ...machine, klippy: "startup", round: machine.round + 1 },
        { kind: "discard_session" },
        { kind: "ask_klippy", epoch: machine.epoch, delay: KLIPPY_POLL },
      );
    default:
      return assertNever(input, "link input");
  }
}

/** What the rest of the host sees. A retry does not flicker: trouble stays until a connection stands. */
export function publicState(machine: LinkMachine): LinkState {
  const { lastSeen } = machine;
  switch (machine.kind) {
    case "stopped":
      return { kind: "connecting", since: machine.since, lastSeen };
    case "dialing":
    case "identifying":
      if (machine.trouble === null) return { kind: "connecting", since: machine.since, lastSeen };
      return { ...machine.trouble, lastSeen };
    case "waiting":
      return { ...machine.trouble, lastSeen };
    case "connected": {
      const { since, epoch, klippy, message, session } = machine;
      return { kind: "connected", since, epoch, klippy, message, session };
    }
    default:
      return assertNever(machine, "link state");
  }
}

function identified(machine: LinkMachine, at: LinkMoment): LinkStep {
  if (machine.kind !== "identifying") return stay(machine);
  const { epoch, failures } = machine;
  return go(
    {
      kind: "connected",
      epoch,
      failures,
      lastSeen: at.now,
      since: at.now,
      klippy: "startup",
      message: "",
      round: 0,
      session: null,
    },
    { kind: "ask_klippy", epoch, delay: 0 },
  );
}

function klippyTold(
  machine: LinkMachine,
  told: { readonly klippy: KlippyState; readonly message: string } | null,
  at: LinkMoment,
): LinkStep {
  if (machine.kind !== "connected") return stay(machine);
  const { epoch } = machine;
  const askAgain: LinkEffect = { kind: "ask_klippy", epoch, delay: KLIPPY_POLL };
  if (told === null) return { machine, effects: [askAgain] };
  const next = { ...machine, ...told, lastSeen: at.now };
  switch (told.klippy) {
    case "ready": {
      // A session that still stands is fine; a fresh subscription would only lose updates.
      if (machine.session !== null) return go(next);
      const round = machine.round + 1;
      return go({ ...next, round }, { kind: "subscribe", epoch, round });
    }
    case "shutdown":
      // The process lives and so does the subscription: its print_stats is what people want to see.
      return go(next, askAgain);
    case "startup":
    case "error":
    case "disconnected":
      return go({ ...next, session: null }, { kind: "discard_session" }, askAgain);
    default:
      return assertNever(told.klippy, "klippy state");
  }
}

function klippyNoticed(
  machine: LinkMachine,
  klippy: "ready" | "shutdown" | "disconnected",
  at: LinkMoment,
): LinkStep {
  if (machine.kind !== "connected") return stay(machine);
  const ask: LinkEffect = { kind: "ask_klippy", epoch: machine.epoch, delay: 0 };
  if (klippy === "shutdown") return go({ ...machine, klippy, lastSeen: at.now }, ask);
  // Klippy left or came: subscriptions died with it. `startup` until server.info says ready.
  return go(
    {
      ...machine,
      klippy: klippy === "ready" ? "startup" : "disconnected",
      message: "",
      round: machine.round + 1,
      session: null,
      lastSeen: at.now,
    },
    { kind: "discard_session" },
    ask,
  );
}

function dial(
  machine: LinkMachine,
  trouble: Trouble | null,
  at: LinkMoment,
  before: readonly LinkEffect[] = [],
): LinkStep {
  const epoch = machine.epoch + 1;
  const { failures, lastSeen } = machine;
  return {
    machine: { kind: "dialing", epoch, failures, lastSeen, since: at.now, trouble },
    effects: [...before, { kind: "dial", epoch }],
  };
}

function fail(
  machine: LinkMachine,
  kind: Trouble["kind"],
  reason: string,
  at: LinkMoment,
): LinkStep {
  const before = troubleOf(machine);
  const since = before?.kind === kind ? before.since : at.now;
  const stable = machine.kind === "connected" && at.now - machine.since >= STABLE_AFTER;
  const failures = stable ? 0 : machine.failures;
  const delay = together(backoffDelay(failures, LINK_BACKOFF, at.random), at.now);
  return go(
    {
      kind: "waiting",
      epoch: machine.epoch,
      failures: failures + 1,
      lastSeen: machine.kind === "connected" ? at.now : machine.lastSeen,
      trouble: { kind, reason, since, retryAt: at.now + delay },
    },
    { kind: "discard_session" },
    { kind: "hang_up" },
    { kind: "retry_in", delay },
  );
}

/**
 * Printers that stay away are tried at the same moments: a program that wakes up once for ten of them needs
 * a fraction of what it needs for ten times one.
 */
function together(delay: number, now: number): number {
  if (delay < SELDOM) return delay;
  return Math.ceil((now + delay) / TOGETHER) * TOGETHER - now;
}

function stop(machine: LinkMachine, at: LinkMoment): LinkStep {
  const { epoch, lastSeen } = machine;
  return go(
    { kind: "stopped", since: at.now, epoch, failures: 0, lastSeen },
    { kind: "cancel_retry" },
    { kind: "discard_session" },
    { kind: "hang_up" },
  );
}

function troubleOf(machine: LinkMachine): Trouble | null {
  return "trouble" in machine ? machine.trouble : null;
}

function isOpenEpoch(machine: LinkMachine, epoch: number): boolean {
  const open =
    machine.kind === "dialing" || machine.kind === "identifying" || machine.kind === "connected";
  return open && machine.epoch === epoch;
}

function go(machine: LinkMachine, ...effects: readonly LinkEffect[]): LinkStep {
  return { machine, effects };
}

function stay(machine: LinkMachine): LinkStep {
  return { machine, effects: [] };
}
