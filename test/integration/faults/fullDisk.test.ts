import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { FarmDriver } from "../../support/farmDriver.ts";
import { FAULT_LINKS } from "../../support/faultLinks.ts";
import { part } from "../../support/faultStage.ts";
import { startCrampedHost, startHostProcess } from "../../support/hostUnderTest.ts";
import { startSimulatorProcess } from "../../support/simulatorProcess.ts";

/** Milliseconds within which a person must know whether the machine was stopped. */
const SOON = 2_000;

it.runIf(process.platform !== "win32").for(FAULT_LINKS)(
  "a host in front of $name whose disk is full refuses commands cleanly, stops the machine at once, and has lost nothing afterwards",
  async ({ by }, { onTestFinished }) => {
    const folder = await mkdtemp(join(tmpdir(), "nextplate-full-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const simulator = await startSimulatorProcess({
      count: 1,
      speed: 1000,
      statusInterval: 100,
      klipper: join(folder, "klipper"),
    });
    onTestFinished(async () => void (await simulator.stop()));

    let host = await startHostProcess(folder);
    onTestFinished(() => host.kill());
    let farm = await FarmDriver.connect(host.url);
    const { name, url, socket } = simulator.printers[0] ?? { name: "", url: "", socket: "" };
    const address = by === "klipper" ? socket : url;
    const printer = await farm.addPrinter(name, address, "confirm", by);
    await farm.until(printer, "the printer", (view) => view.activity === "idle");
    for (const file of ["a.gcode", "b.gcode"]) {
      await farm.upload(printer, file, part(file, file === "a.gcode" ? 60_000 : 300));
      await farm.client.call("farm.queue.post", { printer, files: [{ filename: file }] });
    }
    await farm.client.call("farm.queue.start", { printer });
    await farm.clearPlate(printer);
    await farm.until(printer, "the print", (view) => view.current?.state === "printing");
    const { queue } = await farm.view(printer);
    const waiting = queue.rows[0]?.job_id ?? "";
    await farm.close();
    await host.stop();

    // Smaller than the store already is: its log soon cannot grow, nor be moved into the store.
    const { size } = await stat(join(folder, "nextplate.db"));
    host = await startCrampedHost(folder, Math.floor(size / 1024 / 2));
    farm = await FarmDriver.connect(host.url);
    await farm.until(printer, "the print again", (view) => view.klippy.state === "ready");
    const hold = (n: number): Promise<unknown> =>
      farm.client.call("farm.queue.hold", { printer, job_ids: [waiting], hold: `reason ${n}` });
    let stored = 0;
    let refusal = "";
    while (refusal === "" && stored < 1_000) {
      refusal = await hold(stored).then(
        () => "",
        (error: unknown) => String(error),
      );
      if (refusal === "") stored++;
    }
    expect(refusal).toMatch(/nothing was changed/);
    expect((await farm.view(printer)).queue.rows[0]?.hold).toBe(`reason ${stored - 1}`);
    for (const method of [
      "printer.print.pause",
      "printer.print.cancel",
      "printer.emergency_stop",
    ]) {
      const asked = performance.now();
      await farm.client.call(method, { printer });
      expect(performance.now() - asked).toBeLessThan(SOON);
    }
    await farm.until(printer, "the word that nothing is stored", ({ attention }) =>
      attention.some(({ kind }) => kind === "store"),
    );
    const events = (await simulator.record()).map(({ event }) => event);
    expect(events).toEqual(expect.arrayContaining(["cancelled", "shutdown"]));
    await farm.close();
    await host.kill();

    host = await startHostProcess(folder);
    farm = await FarmDriver.connect(host.url);
    const after = await farm.view(printer);
    expect(after.queue.rows).toMatchObject([{ job_id: waiting, hold: `reason ${stored - 1}` }]);
    await simulator.fault(name, "klippyRestart");
    const asked = await farm.until(printer, "the question", (view) => {
      return view.queue.decisions.length > 0;
    });
    expect(asked.queue.decisions[0]).toMatchObject({ filename: "a.gcode" });
    expect(asked.plate.state).not.toBe("clear");
    await farm.close();
    await host.stop();
  },
);
