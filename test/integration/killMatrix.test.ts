import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHECKPOINTS } from "../../electron/host/engine/checkpoints.ts";
import { KillLane, type KillMoment, type KillOutcome } from "../support/killLane.ts";
import { killTable } from "../support/killTable.ts";
import { type SimulatorProcess, startSimulatorProcess } from "../support/simulatorProcess.ts";

/** Every listed name once; the long run strikes each twice, and at many more random moments. */
const isLong = process.env["NEXTPLATE_SOAK"] === "1";
const RANDOM_MOMENTS = isLong ? 200 : 4;
/** Milliseconds that two prints take, so that random moments fall before, into and behind both. */
const SPAN = 4_000;
const POLICIES = ["confirm", "self_clearing", "confirm", "self_clearing"] as const;

const named: readonly KillMoment[] = (isLong ? [1, 2] : [1]).flatMap((nth) =>
  CHECKPOINTS.map((checkpoint) => ({ checkpoint, nth })),
);
const random: readonly KillMoment[] = Array.from({ length: RANDOM_MOMENTS }, () => ({
  after: Math.round(Math.random() * SPAN),
}));

/**
 * A second time is struck under `confirm` only: where the plate clears itself, one print ends and the next
 * begins in the same turn, which passes the points of the beginning.
 */
function laneOf(moment: KillMoment, place: number): number {
  const lane = place % POLICIES.length;
  return "nth" in moment && moment.nth > 1 ? lane - (lane % 2) : lane;
}

let simulators: SimulatorProcess;
const outcomes = new Map<KillMoment, KillOutcome>();
const unrecorded: string[] = [];

/** Hosts are killed side by side, each lane with a printer and a folder of its own. */
async function runLane(lane: KillLane, moments: readonly KillMoment[]): Promise<void> {
  for (const moment of moments) outcomes.set(moment, await lane.strike(moment));
  unrecorded.push(...(await lane.close()));
}

beforeAll(
  async () => {
    simulators = await startSimulatorProcess({
      count: POLICIES.length,
      speed: 1000,
      statusInterval: 100,
    });
    const moments = [...named, ...random];
    const lanes = POLICIES.map(async (policy, n) => {
      const machine = simulators.printers[n];
      if (machine === undefined) throw new Error("A simulated printer is missing");
      const lane = await KillLane.open(simulators, machine, policy);
      await runLane(
        lane,
        moments.filter((moment, place) => laneOf(moment, place) === n),
      );
    });
    const failed = (await Promise.allSettled(lanes)).flatMap((end) =>
      end.status === "rejected" ? [String(end.reason)] : [],
    );
    if (failed.length > 0) throw new Error(failed.join("\n"));
  },
  isLong ? 3_600_000 : 600_000,
);

afterAll(async () => {
  process.stdout.write(killTable([...named, ...random].flatMap((one) => outcomes.get(one) ?? [])));
  await simulators.stop();
});

describe("a host killed with SIGKILL, and the next one on its folder", () => {
  for (const moment of named) {
    if (!("checkpoint" in moment)) continue;
    it(`print each copy once, on a clear plate, when it dies at ${moment.checkpoint} (${moment.nth})`, () => {
      expect(outcomes.get(moment)).toMatchObject({ starts: [1, 1], broken: [] });
    });
  }

  it.each(random)("print each copy once when it dies after $after ms", (moment) => {
    const { starts, broken } = outcomes.get(moment) ?? { starts: [], broken: ["not run"] };
    // A moment behind the last print strikes a host that has nothing to do, which is as good as any.
    expect({ starts, broken: broken.filter((line) => !line.includes("never reached")) }).toEqual({
      starts: [1, 1],
      broken: [],
    });
  });

  it("record one finished print for every copy, and leave nothing open", () => {
    expect(unrecorded).toEqual([]);
  });
});
