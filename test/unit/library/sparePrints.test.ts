import { beforeEach, describe, expect, it } from "vitest";
import { drop } from "#shared/util/drop.ts";
import type { Pace } from "../../../electron/host/link/printerLink.ts";
import { MachineWatch } from "../../../electron/host/library/machineWatch.ts";
import { sparePrints } from "../../../electron/host/library/sparePrints.ts";
import type { StagingReason } from "../../../electron/host/library/stagingPolicy.ts";
import { FakePrinterLink } from "../../support/fakePrinterLink.ts";
import { ManualClock } from "../../support/manualClock.ts";

const CHUNK = 1_000_000;
const CHUNKS = 10;

let clock: ManualClock;
let watch: MachineWatch;
let link: FakePrinterLink;
let neighbour: FakePrinterLink;

beforeEach(() => {
  clock = new ManualClock();
  watch = new MachineWatch(clock);
  link = new FakePrinterLink();
  neighbour = new FakePrinterLink();
  for (const one of [link, neighbour]) {
    one.becomeReady({ print_stats: standby() });
    watch.add(one);
  }
});

const standby = () => ({ state: "standby", total_duration: 0 });
const printing = (seconds: number) => ({ state: "printing", total_duration: seconds });

interface Transfer {
  /** Bytes that left, over all its beginnings. */
  sent: number;
  begun: number;
  done: boolean;
  error: unknown;
  readonly waits: (string | null)[];
  readonly abort: AbortController;
}

/** A transfer of ten megabytes to the machine both printers stand on. */
async function transfer(reason: StagingReason = "due"): Promise<Transfer> {
  const view = await watch.look(link, "fake");
  const abort = new AbortController();
  const state: Transfer = { sent: 0, begun: 0, done: false, error: null, waits: [], abort };
  const send = async (pace: Pace): Promise<void> => {
    state.begun++;
    for (let n = 0; n < CHUNKS; n++) {
      await pace(CHUNK);
      state.sent += CHUNK;
      // The network takes its time too.
      await new Promise<void>((taken) => clock.setTimer(10, taken));
    }
  };
  const parts = {
    clock,
    view,
    signal: abort.signal,
    reason: () => reason,
    rate: () => 2_000_000,
    onWait: (why: string | null) => void state.waits.push(why),
  };
  drop(
    sparePrints(parts, send).then(() => (state.done = true)),
    (error) => (state.error = error),
  );
  await clock.advance(0);
  return state;
}

describe("a transfer to a machine", () => {
  it("goes as fast as it can while nothing prints there", async () => {
    const moved = await transfer();
    await clock.advance(200);
    expect(moved).toMatchObject({ done: true, begun: 1 });
  });

  it("goes at two megabytes a second while a neighbour prints", async () => {
    neighbour.say({ print_stats: printing(1_000) }, 1);
    const moved = await transfer();
    await clock.advance(3_000);
    expect(moved.sent).toBeLessThanOrEqual(6_000_000);
    expect(moved.sent).toBeGreaterThan(4_000_000);
    await clock.advance(3_000);
    expect(moved.done).toBe(true);
  });

  it("shares those two megabytes with every other transfer to it", async () => {
    neighbour.say({ print_stats: printing(1_000) }, 1);
    const both = await Promise.all([transfer(), transfer("ahead")]);
    await clock.advance(4_000);
    const sent = both[0].sent + both[1].sent;
    expect(sent).toBeLessThanOrEqual(8_000_000);
    expect(sent).toBeGreaterThan(5_000_000);
    await clock.advance(8_000);
    expect(both).toMatchObject([{ done: true }, { done: true }]);
  });

  it("gives way to a neighbour's print that is seen only when its connection is back", async () => {
    neighbour.setState({ kind: "connecting", since: 0, lastSeen: null });
    const moved = await transfer("ahead_when_idle");
    link.say({ print_stats: printing(1_000) }, 1);
    await clock.advance(3_000);
    expect(moved.waits.at(-1)).toContain("only while nothing prints");
    neighbour.becomeReady({ print_stats: printing(5_000), toolhead: { stalls: 7 } });
    await clock.advance(60_000);
    link.say({ print_stats: standby() }, 2);
    await clock.advance(120_000);
    expect(moved.done).toBe(false);
    neighbour.say({ print_stats: standby() }, 2);
    await clock.advance(40_000);
    expect(moved.done).toBe(true);
  });

  it("waits for the first five minutes of a print, and says so", async () => {
    link.say({ print_stats: printing(0) }, 1);
    const moved = await transfer("ahead");
    await clock.advance(299_000);
    expect(moved.begun).toBe(0);
    expect(moved.waits[0]).toContain("first five minutes");
    link.say({ print_stats: printing(301) }, 2);
    await clock.advance(10_000);
    expect(moved.done).toBe(true);
  });

  it("begins as soon as the print it waits for has ended", async () => {
    link.say({ print_stats: printing(0) }, 1);
    const moved = await transfer();
    await clock.advance(20_000);
    link.say({ print_stats: standby() }, 2);
    await clock.advance(6_000);
    expect(moved.done).toBe(true);
  });

  it("gives way when the toolhead runs out of moves, and begins again a minute later", async () => {
    link.say({ print_stats: printing(1_000), toolhead: { stalls: 2 } }, 1);
    const moved = await transfer();
    await clock.advance(2_000);
    link.say({ toolhead: { stalls: 3 } }, 2);
    await clock.advance(2_000);
    const sent = moved.sent;
    expect(moved.waits.at(-1)).toContain("ran out of moves");
    await clock.advance(50_000);
    expect(moved.sent).toBe(sent);
    await clock.advance(20_000);
    expect(moved).toMatchObject({ done: true, begun: 2 });
  });

  it("gives way when a question to the machine hangs", async () => {
    link.answers.set("printer.info", {});
    link.say({ print_stats: printing(1_000) }, 1);
    const moved = await transfer();
    await clock.advance(1_000);
    link.request = () => new Promise(() => {});
    await clock.advance(4_500);
    expect(moved.waits.at(-1)).toContain("answers slowly");
    expect(moved.done).toBe(false);
  });

  it("gives way to a print that begins meanwhile", async () => {
    const moved = await transfer();
    await clock.advance(50);
    neighbour.say({ print_stats: printing(0) }, 1);
    await clock.advance(50);
    expect(moved.waits.at(-1)).toContain("first five minutes");
    expect(moved.done).toBe(false);
  });

  it("can be cancelled while it waits", async () => {
    link.say({ print_stats: printing(0) }, 1);
    const moved = await transfer();
    await clock.advance(1_000);
    moved.abort.abort();
    await clock.advance(0);
    expect(moved.error).toMatchObject({ code: "unavailable" });
  });
});
