import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "#shared/util/clock.ts";
import {
  SimulatedPrinter,
  type SimulatedPrinterOptions,
} from "../../electron/simulator/simulatedPrinter.ts";
import { FarmDriver } from "../support/farmDriver.ts";
import { startTestHost } from "../support/testHost.ts";

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** A printer whose Moonraker is configured so, and a host that has just met it. */
async function meet(
  options: Partial<SimulatedPrinterOptions>,
): Promise<{ farm: FarmDriver; id: string; printer: SimulatedPrinter }> {
  const printer = new SimulatedPrinter({ name: "p", speed: 100, clock: systemClock, ...options });
  const { url } = await printer.start();
  undo.push(() => printer.stop());
  const host = await startTestHost();
  undo.push(() => host.stop());
  const farm = await FarmDriver.connect(host.url);
  undo.push(() => farm.close());
  const id = await farm.addPrinter("p", url, "self_clearing");
  await farm.until(id, "the lease", (view) => view.master.state === "held");
  return { farm, id, printer };
}

describe("a printer whose Moonraker may start prints by itself", () => {
  it.each([
    ["load_on_startup", { loadsOnStartup: true }],
    ["queue_gcode_uploads", { queuesUploads: true }],
  ])("asks once because of %s, also when its queue is empty", async (option, options) => {
    const { farm, id, printer } = await meet(options);
    const asked = await farm.view(id);
    expect(asked.master.foreign_queue).toEqual({ jobs: 0, filenames: [], starts_by: [option] });
    await farm.client.call("farm.printers.adopt", { printer: id, choice: "leave" });
    expect((await farm.view(id)).master.foreign_queue).toBeNull();
    printer.faults.dropLink();
    await farm.until(id, "the broken link", (view) => view.master.state !== "held");
    const again = await farm.until(id, "the lease", (view) => view.master.state === "held");
    expect(again.master.foreign_queue).toBeNull();
  });

  it("asks as soon as somebody queues a job there, and no longer when it is taken off", async () => {
    const { farm, id, printer } = await meet({
      automaticQueue: true,
      gcodes: { "x.gcode": "G28\n" },
    });
    const job = `${printer.url}/server/job_queue/job`;
    await fetch(`${job}?filenames=x.gcode`, { method: "POST" });
    const asked = await farm.until(id, "a question", (view) => view.master.foreign_queue !== null);
    expect(asked.master.foreign_queue).toMatchObject({ jobs: 1, filenames: ["x.gcode"] });
    await fetch(`${job}?all=true`, { method: "DELETE" });
    await farm.until(id, "no question", (view) => view.master.foreign_queue === null);
  });

  it("asks nothing when automatic transition has no jobs to go on to", async () => {
    const { farm, id } = await meet({ automaticQueue: true });
    expect((await farm.view(id)).master.foreign_queue).toBeNull();
  });
});
