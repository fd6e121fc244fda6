import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHECKPOINTS } from "../../electron/host/engine/checkpoints.ts";
import { KillLane, type KillMoment, type KillOutcome } from "../support/killLane.ts";
import { LINK_KINDS } from "../support/linkKinds.ts";
import { killTable } from "../support/killTable.ts";
import { type SimulatorProcess, startSimulatorProcess } from "../support/simulatorProcess.ts";

/**
 * Every listed name once behind a Moonraker and behind Klipper's own socket. The long run strikes each twice,
 * and at many more random moments.
 */
const isLong = process.env["NEXTPLATE_SOAK"] === "1";
const RANDOM_MOMENTS = isLong ? 100 : 2;
/** Milliseconds that two prints take, so that random moments fall before, into and behind both. */
const SPAN = 4_000;
const POLICIES = ["confirm", "self_clearing"] as const;
/** What is struck behind each link, each moment an object of its own. */
const PLANS = LINK_KINDS.map(({ by, name }) => ({
  by,
  name,
  named: CHECKPOINTS.flatMap((checkpoint) =>
    (isLong ? [1, 2] : [1]).map((nth) => ({ checkpoint, nth })),
  ),
  random: Array.from({ length: RANDOM_MOMENTS }, () => ({
    after: Math.round(Math.random() * SPAN),
  })),
}));

/**
 * The policies take turns, the other way round behind the other link. A second time is struck under
 * `confirm` only: where the plate clears itself, one print ends and the next begins in the same turn, which
 * passes the points of the beginning.
 */
function policyOf(moment: KillMoment, place: number, way: number): (typeof POLICIES)[number] {
  const isConfirmed = ("nth" in moment && moment.nth > 1) || (place + way) % 2 === 0;
  return isConfirmed ? "confirm" : "self_clearing";
}

let folder: string;
let simulators: SimulatorProcess;
const outcomes = new Map<KillMoment, KillOutcome>();
const unrecorded: string[] = [];

beforeAll(
  async () => {
    folder = await mkdtemp(join(tmpdir(), "nextplate-matrix-"));
    simulators = await startSimulatorProcess({
      count: PLANS.length * POLICIES.length,
      speed: 1000,
      statusInterval: 100,
      klipper: folder,
    });
    const machines = simulators.printers.values();
    // Hosts are killed side by side, each lane with a printer and a folder of its own.
    const lanes = PLANS.flatMap((plan, way) =>
      POLICIES.map(async (policy) => {
        const machine = machines.next().value;
        if (machine === undefined) throw new Error("A simulated printer is missing");
        const lane = await KillLane.open({ simulators, machine, by: plan.by, policy });
        const moments = [...plan.named, ...plan.random];
        try {
          const own = moments.filter((moment, place) => policyOf(moment, place, way) === policy);
          const wrong = await lane.run(own, (moment, outcome) => outcomes.set(moment, outcome));
          unrecorded.push(...wrong);
        } catch (error) {
          // The others take many minutes yet.
          process.stdout.write(`A lane ends: ${plan.name}, ${policy}: ${String(error)}\n`);
          throw error;
        }
      }),
    );
    const failed = (await Promise.allSettled(lanes)).flatMap((end) =>
      end.status === "rejected" ? [String(end.reason)] : [],
    );
    if (failed.length > 0) throw new Error(failed.join("\n"));
  },
  isLong ? 3_600_000 : 600_000,
);

afterAll(async () => {
  const moments = PLANS.flatMap((plan) => [...plan.named, ...plan.random]);
  process.stdout.write(killTable(moments.flatMap((one) => outcomes.get(one) ?? [])));
  await simulators.stop();
  await rm(folder, { recursive: true, force: true });
});

describe.each(PLANS)(
  "a host killed with SIGKILL in front of $name, and the next one on its folder",
  (plan) => {
    for (const moment of plan.named) {
      it(`print each copy once, on a clear plate, when it dies at ${moment.checkpoint} (${moment.nth})`, () => {
        expect(outcomes.get(moment)).toMatchObject({ starts: [1, 1], broken: [] });
      });
    }

    it.each(plan.random)("print each copy once when it dies after $after ms", (moment) => {
      const { starts, broken } = outcomes.get(moment) ?? { starts: [], broken: ["not run"] };
      // A moment behind the last print strikes a host that has nothing to do, which is as good as any.
      expect({ starts, broken: broken.filter((line) => !line.includes("never reached")) }).toEqual({
        starts: [1, 1],
        broken: [],
      });
    });
  },
);

it("every copy has one finished print on record, and nothing was left open", () => {
  expect(unrecorded).toEqual([]);
});
