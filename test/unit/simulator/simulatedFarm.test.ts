import { expect, it } from "vitest";
import { systemClock } from "#shared/util/clock.ts";
import { SimulatedFarm } from "../../../electron/simulator/simulatedFarm.ts";

it("starts each printer of the demo once, in its own situation", async () => {
  const farm = new SimulatedFarm({ speed: 60, clock: systemClock });
  const urls = await Promise.all([2, 2, 3, 5, 6, 7].map((seat) => farm.addressOf(seat)));
  expect(new Set(urls).size).toBe(5);
  expect(farm.printer(2).klippy.machine.stats.state).toBe("printing");
  expect(farm.printer(5).klippy.state).toBe("disconnected");
  // A pause waits for the line in progress, and that line heats the bed.
  await expect.poll(() => farm.printer(6).klippy.machine.isPaused, { timeout: 8000 }).toBe(true);
  expect(farm.printer(7).klippy.state).toBe("shutdown");
  expect(farm.nameOf(8)).toBe("Ada 2");
  await farm.stop();
});
