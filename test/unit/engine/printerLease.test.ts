import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LEASE_TIMES } from "../../../electron/host/engine/leaseMachine.ts";
import { type BoardHost, NoteBoard } from "../../support/leaseTable.ts";
import { ManualClock } from "../../support/manualClock.ts";

const { renew, stale, settle, startWithin } = LEASE_TIMES;

function table(): { clock: ManualClock; board: NoteBoard } {
  const clock = new ManualClock();
  return { clock, board: new NoteBoard(clock) };
}

/** Whether a start would leave now, after a fresh look. */
async function mayStart(host: BoardHost, clock: ManualClock): Promise<boolean> {
  const asked = host.lease.confirm();
  await clock.advance(0);
  return asked;
}

describe("the right to start prints at a printer", () => {
  it("is claimed where nobody has it, and counts once the claim has settled", async () => {
    const { clock, board } = table();
    const a = board.join("a").connect();
    await clock.advance(settle - 1);
    expect(a.lease.state.kind).toBe("claiming");
    expect(await mayStart(a, clock)).toBe(false);
    await clock.advance(2);
    expect(a.lease.state.kind).toBe("held");
    expect(await mayStart(a, clock)).toBe(true);
  });

  it("is renewed, so that a second host only observes and names the holder", async () => {
    const { clock, board } = table();
    const a = board.join("a", "DESK-2").connect();
    await clock.advance(settle + 1);
    const b = board.join("b").connect();
    await clock.advance(10 * stale);
    expect(a.lease.state.kind).toBe("held");
    expect(b.lease.state).toMatchObject({
      kind: "observing",
      holder: { host: "DESK-2", user: "ada" },
    });
    expect(await mayStart(b, clock)).toBe(false);
  });

  it("passes on soon after its holder has given it back", async () => {
    const { clock, board } = table();
    const a = board.join("a").connect();
    const b = board.join("b");
    await clock.advance(settle + 1);
    b.connect();
    await clock.advance(1);
    const stopped = a.lease.stop();
    await clock.advance(0);
    await stopped;
    await clock.advance(renew + settle + 1);
    expect(b.lease.state.kind).toBe("held");
  });

  it("does not hold up the end of the program when the printer no longer answers", async () => {
    const { clock, board } = table();
    const a = board.join("a").connect();
    await clock.advance(settle + 1);
    board.hangs = true;
    let ended = false;
    const stopped = a.lease.stop().then(() => (ended = true));
    await clock.advance(2_001);
    expect(ended).toBe(true);
    await stopped;
  });

  it("passes on when the note has not changed for a minute, and not before", async () => {
    const { clock, board } = table();
    const a = board.join("a").connect();
    await clock.advance(settle + 1);
    a.cut();
    const b = board.join("b").connect();
    await clock.advance(stale - 1);
    expect(b.lease.state.kind).toBe("observing");
    await clock.advance(settle + 2);
    expect(b.lease.state.kind).toBe("held");
  });

  it("is not taken for stale because the printer itself was away", async () => {
    const { clock, board } = table();
    const a = board.join("a").connect();
    await clock.advance(settle + 1);
    const b = board.join("b").connect();
    await clock.advance(renew);
    a.cut();
    b.cut();
    await clock.advance(5 * stale);
    a.connect();
    b.connect();
    await clock.advance(renew);
    expect(a.lease.state.kind).toBe("held");
    expect(b.lease.state.kind).toBe("observing");
  });

  it("starts nothing once it could not be renewed for half a minute", async () => {
    const { clock, board } = table();
    const a = board.join("a").connect();
    await clock.advance(settle + 1);
    a.freeze();
    await clock.advance(startWithin + 1);
    expect(a.lease.state.kind).toBe("held");
    expect(a.lease.mayStart()).toBe(false);
  });

  it("is seen as lost at the fresh look before a start, when another has taken it over", async () => {
    const { clock, board } = table();
    const a = board.join("a").connect();
    await clock.advance(settle + 1);
    const b = board.join("b").connect();
    await clock.advance(1);
    const taken = b.lease.takeOver();
    await clock.advance(0);
    await taken;
    expect(await mayStart(a, clock)).toBe(false);
    expect(a.lease.state).toMatchObject({ kind: "observing", holder: { host: "b" } });
    expect(await mayStart(b, clock)).toBe(false);
    await clock.advance(settle + 1);
    expect(await mayStart(b, clock)).toBe(true);
  });

  it("is taken up at once by the next run of the same installation", async () => {
    const { clock, board } = table();
    const a = board.join("a").connect();
    await clock.advance(settle + 1);
    a.cut();
    const again = board.join("a", "a", "second run").connect();
    await clock.advance(1);
    expect(again.lease.state.kind).toBe("held");
  });

  it("is not fought over by two runs of a copied data folder", async () => {
    const { clock, board } = table();
    const a = board.join("a").connect();
    await clock.advance(settle + 1);
    const double = board.join("a", "a", "second run").connect();
    await clock.advance(5 * stale);
    expect(double.lease.state.kind).toBe("held");
    expect(a.lease.state.kind).toBe("observing");
  });

  it("is left alone when the note is of a kind we do not know", async () => {
    const { clock, board } = table();
    board.notes.set("lease", { version: 7 });
    const a = board.join("a").connect();
    await clock.advance(stale - 1);
    expect(a.lease.state).toMatchObject({ holder: { host: "another program" } });
  });

  it("claims again when its own write took so long that it may have displaced another", async () => {
    const { clock, board } = table();
    board.slowWrite = settle + 500;
    const a = board.join("a").connect();
    await clock.advance(settle + 500 + settle + 1);
    expect(a.lease.state.kind).toBe("claiming");
    await clock.advance(settle + 1);
    expect(a.lease.state.kind).toBe("held");
  });

  it("never lets two hosts start, whatever they do and whenever", async () => {
    const who = fc.integer({ min: 0, max: 2 });
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ kind: fc.constant("wait"), who, ms: fc.nat(4_000) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("wait"), who, ms: fc.nat(90_000) }) },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant("take over"), who, ms: fc.nat(1) }) },
      {
        weight: 4,
        arbitrary: fc.record({
          kind: fc.constantFrom("connect", "cut", "freeze", "confirm", "slow write"),
          who,
          ms: fc.nat(6_000),
        }),
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const { clock, board } = table();
        const hosts = ["a", "b", "c"].map((name) => board.join(name));
        for (const host of hosts) host.connect();
        for (const { kind, who: index, ms } of steps) {
          const host = hosts[index];
          if (host === undefined) continue;
          if (kind === "wait") await clock.advance(ms);
          if (kind === "connect") host.connect();
          if (kind === "cut") host.cut();
          if (kind === "freeze") host.freeze();
          if (kind === "take over") host.lease.takeOver().catch(() => {});
          if (kind === "confirm") host.confirm();
          if (kind === "slow write") board.slowWrite = ms;
          await clock.advance(0);
          expect(hosts.filter((one) => one.lease.mayStart()).length).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 400 },
    );
  });
});
