import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  initialLink,
  LINK_BACKOFF,
  type LinkInput,
  type LinkMachine,
  type LinkStep,
  publicState,
  STABLE_AFTER,
  stepLink,
} from "../../../electron/host/link/linkMachine.ts";

const at = (now: number, random = 0.5): { now: number; random: number } => ({ now, random });
const SESSION = { epoch: 1, klippyProcess: "1", objects: [], keepsHistory: true };

/** Feeds inputs one after another, a second apart, and gives the last step. */
function run(...inputs: readonly LinkInput[]): LinkStep {
  let step: LinkStep = { machine: initialLink(0), effects: [] };
  inputs.forEach((input, i) => (step = stepLink(step.machine, input, at(1_000 * (i + 1)))));
  return step;
}

const connect: readonly LinkInput[] = [
  { kind: "start" },
  { kind: "opened", epoch: 1 },
  { kind: "identified", epoch: 1 },
];
const told = (klippy: "ready" | "startup" | "shutdown" | "disconnected"): LinkInput => ({
  kind: "klippy_told",
  epoch: 1,
  told: { klippy, message: klippy },
});
const ready: readonly LinkInput[] = [
  ...connect,
  told("ready"),
  { kind: "subscribed", epoch: 1, round: 1, session: SESSION },
];
const closed = (epoch: number): LinkInput => ({ kind: "closed", epoch, reason: "gone" });

describe("stepLink", () => {
  it("dials, identifies, asks and subscribes, one after the other", () => {
    expect(run({ kind: "start" }).effects).toEqual([{ kind: "dial", epoch: 1 }]);
    expect(run(...connect.slice(0, 2)).effects).toEqual([{ kind: "identify", epoch: 1 }]);
    expect(run(...connect).effects).toEqual([{ kind: "ask_klippy", epoch: 1, delay: 0 }]);
    expect(run(...connect, told("ready")).effects).toEqual([
      { kind: "subscribe", epoch: 1, round: 1 },
    ]);
    expect(run(...ready).effects).toEqual([]);
  });

  it("is connected without a session until Klippy is ready, and asks every 2 s", () => {
    const { machine, effects } = run(...connect, told("startup"));
    expect(publicState(machine)).toMatchObject({ kind: "connected", session: null });
    expect(effects).toContainEqual({ kind: "ask_klippy", epoch: 1, delay: 2_000 });
  });

  it("keeps the session through a shutdown, whose process and subscription live on", () => {
    const noticed = run(...ready, { kind: "klippy_noticed", epoch: 1, klippy: "shutdown" });
    expect(publicState(noticed.machine)).toMatchObject({ klippy: "shutdown", session: SESSION });
    const { machine } = stepLink(noticed.machine, told("shutdown"), at(9_000));
    expect(publicState(machine)).toMatchObject({ klippy: "shutdown", session: SESSION });
  });

  it("drops the session when Klippy leaves, and subscribes anew when it is back", () => {
    const left = run(...ready, { kind: "klippy_noticed", epoch: 1, klippy: "disconnected" });
    expect(left.effects).toContainEqual({ kind: "discard_session" });
    expect(publicState(left.machine)).toMatchObject({ klippy: "disconnected", session: null });
    const back = run(
      ...ready,
      { kind: "klippy_noticed", epoch: 1, klippy: "ready" },
      told("ready"),
    );
    expect(back.effects).toEqual([{ kind: "subscribe", epoch: 1, round: 3 }]);
  });

  it("ignores the answer to a subscription that Klippy's restart has overtaken", () => {
    const { machine } = run(
      ...connect,
      told("ready"),
      { kind: "klippy_noticed", epoch: 1, klippy: "disconnected" },
      { kind: "subscribed", epoch: 1, round: 1, session: SESSION },
    );
    expect(publicState(machine)).toMatchObject({ session: null });
  });

  it("says unauthorized apart from unreachable, and goes on trying", () => {
    const { machine, effects } = run(...connect.slice(0, 2), {
      kind: "refused",
      epoch: 1,
      reason: "key",
    });
    expect(publicState(machine)).toMatchObject({ kind: "unauthorized", reason: "key" });
    expect(effects.map((effect) => effect.kind)).toContain("retry_in");
  });

  it("stays unreachable since the first failure while it tries again", () => {
    const first = run({ kind: "start" }, closed(1));
    const again = stepLink(first.machine, { kind: "retry_due" }, at(9_000));
    const before = publicState(first.machine);
    const during = publicState(again.machine);
    expect(during).toMatchObject({ kind: "unreachable", since: 2_000, reason: "gone" });
    // A try is no news: only its outcome is.
    expect(during).toEqual(before);
  });

  it("waits longer with each failure, up to the cap, and starts over after a good connection", () => {
    let { machine } = run({ kind: "start" });
    const delays: number[] = [];
    for (let i = 0; i < 12; i++) {
      const failed = stepLink(machine, closed(machine.epoch), at(0, 1));
      for (const e of failed.effects) if (e.kind === "retry_in") delays.push(e.delay);
      machine = stepLink(failed.machine, { kind: "retry_due" }, at(0)).machine;
    }
    expect(delays.slice(0, 4)).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(delays.at(-1)).toBe(LINK_BACKOFF.cap);
    const { epoch } = machine;
    machine = stepLink(machine, { kind: "opened", epoch }, at(0)).machine;
    machine = stepLink(machine, { kind: "identified", epoch }, at(0)).machine;
    const after = stepLink(machine, closed(epoch), at(STABLE_AFTER, 1));
    expect(after.effects).toContainEqual({ kind: "retry_in", delay: 1_000 });
  });

  it("tries printers that stay away together, whenever each of them was lost", () => {
    fc.assert(
      fc.property(
        fc.nat(1e12),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (now, random) => {
          let { machine } = run({ kind: "start" });
          for (let i = 0; i < 8; i++) {
            machine = stepLink(machine, closed(machine.epoch), at(now, random)).machine;
            if (machine.kind !== "waiting") throw new Error("it does not wait");
            const { retryAt } = machine.trouble;
            const wait = retryAt - now;
            expect(wait).toBeGreaterThan(0);
            expect(wait).toBeLessThanOrEqual(LINK_BACKOFF.cap + 2_000);
            // Whole even seconds, so that one waking of the program serves them all.
            expect(wait < 12_000 || retryAt % 2_000 === 0).toBe(true);
            machine = stepLink(machine, { kind: "retry_due" }, at(now)).machine;
          }
        },
      ),
    );
  });

  it("dials at once when asked to, also in the middle of a wait", () => {
    const { effects } = run({ kind: "start" }, closed(1), { kind: "reconnect_now" });
    expect(effects).toEqual([{ kind: "cancel_retry" }, { kind: "dial", epoch: 2 }]);
  });
});

describe("stepLink, whatever happens", () => {
  const epoch = fc.integer({ min: 0, max: 6 });
  const round = fc.integer({ min: 0, max: 4 });
  const input: fc.Arbitrary<LinkInput> = fc.oneof(
    fc.constantFrom<LinkInput>(
      { kind: "start" },
      { kind: "stop" },
      { kind: "reconnect_now" },
      { kind: "retry_due" },
    ),
    epoch.map((e): LinkInput => ({ kind: "opened", epoch: e })),
    epoch.map((e): LinkInput => ({ kind: "identified", epoch: e })),
    epoch.map((e): LinkInput => ({ kind: "refused", epoch: e, reason: "no" })),
    epoch.map((e): LinkInput => ({ kind: "closed", epoch: e, reason: "gone" })),
    fc
      .tuple(epoch, fc.constantFrom("ready", "shutdown", "disconnected" as const))
      .map(([e, klippy]): LinkInput => ({ kind: "klippy_noticed", epoch: e, klippy })),
    fc
      .tuple(
        epoch,
        fc.constantFrom("disconnected", "startup", "ready", "error", "shutdown" as const),
      )
      .map(([e, klippy]): LinkInput => ({
        kind: "klippy_told",
        epoch: e,
        told: { klippy, message: "" },
      })),
    epoch.map((e): LinkInput => ({ kind: "klippy_told", epoch: e, told: null })),
    fc.tuple(epoch, round).map(([e, r]): LinkInput => ({
      kind: "subscribed",
      epoch: e,
      round: r,
      session: { ...SESSION, epoch: e },
    })),
    fc
      .tuple(epoch, round)
      .map(([e, r]): LinkInput => ({ kind: "subscribe_failed", epoch: e, round: r })),
  );

  /** What the effects so far have left open. */
  interface Open {
    wires: number;
    timers: number;
    values: boolean;
  }
  type Rule = (step: LinkStep, open: Open, before: LinkMachine, input: LinkInput) => boolean;

  /** Plays a history and says whether every step kept the rule. */
  function keeps(inputs: readonly LinkInput[], rule: Rule): boolean {
    let machine = initialLink(0);
    const open: Open = { wires: 0, timers: 0, values: false };
    return inputs.every((next, i) => {
      const before = machine;
      const step = stepLink(before, next, at(i * 700, (i % 10) / 10));
      for (const effect of step.effects) {
        if (effect.kind === "dial") open.wires++;
        if (effect.kind === "hang_up") open.wires = 0;
        if (effect.kind === "retry_in") open.timers++;
        if (effect.kind === "cancel_retry") open.timers = 0;
        if (effect.kind === "discard_session") open.values = false;
      }
      machine = step.machine;
      if (machine.kind === "connected" && machine.session !== null) open.values = true;
      return rule(step, open, before, next);
    });
  }

  /** Searches for a history that breaks the rule. */
  const searchFor = (rule: Rule) => (): void =>
    fc.assert(
      fc.property(fc.array(input, { maxLength: 60 }), (inputs) => keeps(inputs, rule)),
      { numRuns: 500 },
    );

  it("has either one connection or one wait, and neither once stopped", () => {
    const rule: Rule = ({ machine }, { wires, timers }) => {
      if (machine.kind === "stopped") return wires === 0 && timers === 0;
      if (machine.kind === "waiting") return wires === 0 && timers === 1;
      return wires === 1 && timers === 0;
    };
    expect(searchFor(rule)).not.toThrow();
  });

  it("lets no input of another epoch change anything, and epochs only grow", () => {
    const rule: Rule = ({ machine, effects }, _open, before, next) => {
      const foreign = "epoch" in next && next.epoch !== before.epoch;
      if (foreign) return machine === before && effects.length === 0;
      return machine.epoch >= before.epoch;
    };
    expect(searchFor(rule)).not.toThrow();
  });

  it("shows a session only of the present epoch, and tells when its values are worth nothing", () => {
    const rule: Rule = ({ machine }, { values }) => {
      const state = publicState(machine);
      const session = state.kind === "connected" ? state.session : null;
      return session === null ? !values : session.epoch === machine.epoch;
    };
    expect(searchFor(rule)).not.toThrow();
  });
});
