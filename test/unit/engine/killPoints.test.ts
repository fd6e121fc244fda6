import { describe, expect, it } from "vitest";
import { CHECKPOINTS } from "../../../electron/host/engine/checkpoints.ts";
import { EngineHarness } from "../../support/engineHarness.ts";

/** Two copies on a self-clearing printer, driven until both have printed or nothing moves any more. */
async function printTwo(h: EngineHarness): Promise<void> {
  for (let round = 0; round < 24 && h.link.begun.length < 3; round++) {
    if (h.killed) await h.restart();
    await h.advance(1500);
    if (round % 2 === 1) h.link.complete();
  }
}

async function drive(h: EngineHarness): Promise<void> {
  const noAnswer = (): void => {};
  await h.post("b.gcode").catch(noAnswer);
  if (!h.killed) await h.startQueue().catch(noAnswer);
}

async function run(arm: (h: EngineHarness) => void): Promise<EngineHarness> {
  const h = await new EngineHarness({ platePolicy: "self_clearing" }).start();
  await h.post("a.gcode");
  arm(h);
  // A killed process answers nobody; its callers repeat what they asked.
  let isDriven = false;
  const driven = drive(h).finally(() => (isDriven = true));
  const killed = async (): Promise<void> => {
    while (!isDriven && !h.killed) await h.settle();
  };
  await Promise.race([driven, killed()]);
  if (h.killed) {
    await h.restart();
    if (!h.names.includes("b.gcode")) await h.post("b.gcode");
    await h.startQueue();
  }
  await printTwo(h);
  return h;
}

describe("a process killed between persisting, acting and announcing", () => {
  for (const name of CHECKPOINTS) {
    for (const nth of [1, 2]) {
      it(`prints each copy once when killed at ${name}, time ${nth}`, async () => {
        let reached = false;
        const h = await run((harness) => {
          harness.killAt(name, nth);
          const kill = harness.onCheckpoint;
          harness.onCheckpoint = (passed) => {
            if (passed === name) reached = true;
            kill(passed);
          };
        });

        expect(h.link.begun.map((path) => path.slice(-7))).toEqual(["a.gcode", "b.gcode"]);
        expect(h.link.collisions).toBe(0);
        expect(h.names).toEqual([]);
        expect(h.snapshot.stored.undecided).toEqual([]);
        expect(reached || nth === 2).toBe(true);
      });
    }
  }
});
