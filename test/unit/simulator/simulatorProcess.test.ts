import { expect, it } from "vitest";
import { startSimulatorProcess } from "../../support/simulatorProcess.ts";

it("runs printers in a process of their own, takes faults by name and ends with 0", async () => {
  const simulator = await startSimulatorProcess({ count: 2, speed: 1000 });
  const [first] = simulator.printers;
  if (first === undefined) throw new Error("No printer came up");
  await simulator.fault(first.name, "shutdown", "on purpose");
  await expect(simulator.fault(first.name, "noSuchFault")).rejects.toThrow("No fault is called");
  expect(await simulator.record()).toMatchObject([{ printer: first.name, event: "shutdown" }]);
  expect(await simulator.stop()).toBe(0);
});
