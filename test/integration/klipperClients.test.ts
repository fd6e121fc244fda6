import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PrinterView } from "#shared/contract/farm.ts";
import { methods } from "#shared/contract/index.ts";
import { JobQueueStatus } from "#shared/contract/jobQueue.ts";
import type { SimulatedPrinter } from "../../electron/simulator/simulatedPrinter.ts";
import {
  connectAsFluidd,
  connectAsMainsail,
  printFromCura,
  printFromOrca,
  printFromPrusa,
  printFromSuperSlicer,
} from "../support/clientReplays.ts";
import { ApiClient } from "../support/apiClient.ts";
import { type BareKlipper, startBareKlipper } from "../support/bareKlipper.ts";
import { connectAsFdmMonster, printFromFdmMonster } from "../support/companionReplays.ts";
import { connectAsKlipperScreen, connectAsMobileraker } from "../support/screenReplays.ts";
import { anyScript, anySelection, anyText } from "../support/klippyRules.ts";

const GCODE = "G90\nM83\nG92 E0\nG1 X10 Y0 E1 F3000\nG4 P500\nM400\n";

/** How the printer is while the clients come; `shown` = as screens show it, null = they wait for Klippy. */
const STATES = {
  "is ready": {
    arrange: () => {},
    isSo: (view: PrinterView) => view.activity === "idle",
    shown: "ready",
  },
  "has no socket": {
    arrange: (printer: SimulatedPrinter) => printer.faults.klippyDisconnect(),
    isSo: (view: PrinterView) => view.link.state === "unreachable",
    shown: null,
  },
  "is shut down": {
    arrange: (printer: SimulatedPrinter) => printer.faults.shutdown("MCU lost"),
    isSo: (view: PrinterView) => view.klippy.state === "shutdown",
    shown: "shutdown",
  },
} as const;

/** What of Moonraker's API can reach the printer's Klipper, without what is meant to stop it. */
const HANDED_ON = [
  ...Object.keys(methods).filter((name) => name.startsWith("printer.")),
  "printer.gcode.help",
  "printer.query_endstops.status",
].filter((name) => !/emergency_stop|restart/.test(name));

let bare: BareKlipper;

beforeEach(async () => {
  bare = await startBareKlipper();
});
afterEach(() => bare.stop());

/** There is no Moonraker anywhere behind these addresses: all of it is the host's own. */
describe.each(["", "queue/"])("at /printers/{id}/%s of a bare Klipper", (suffix) => {
  it.each(Object.keys(STATES) as (keyof typeof STATES)[])(
    "Mainsail, Fluidd, OrcaSlicer, PrusaSlicer, SuperSlicer and Cura come up and queue while it %s",
    async (state) => {
      const { printer, farm, id } = bare;
      STATES[state].arrange(printer);
      await farm.until(id, state, STATES[state].isSo);
      const endpoint = `${farm.endpoint(id)}${suffix}`;
      const mainsail = await connectAsMainsail(endpoint);
      const fluidd = await connectAsFluidd(endpoint);
      await farm.upload(id, "front-end.gcode", GCODE);
      await mainsail.call("server.job_queue.post_job", { filenames: ["front-end.gcode"] });
      await fluidd.call("server.job_queue.post_job", { filenames: ["front-end.gcode"] });
      await printFromOrca(endpoint, "orca.gcode", GCODE);
      await printFromPrusa(endpoint, "prusa.gcode", GCODE);
      await printFromSuperSlicer(endpoint, "parts/super.gcode", GCODE);
      const curaPrints = await printFromCura(endpoint, "cura.gcode", GCODE);

      expect(curaPrints).toBe(suffix === "queue/" || state === "is ready");
      const { queued_jobs } = await mainsail.ask(JobQueueStatus, "server.job_queue.status");
      expect(queued_jobs.map(({ filename }) => filename)).toEqual([
        "front-end.gcode",
        "front-end.gcode",
        "orca.gcode",
        "prusa.gcode",
        "parts/super.gcode",
        ...(curaPrints ? ["cura.gcode"] : []),
      ]);
      // Nobody has looked at the plate: nothing may have begun.
      expect(printer.record.entries.filter(({ event }) => event === "started")).toEqual([]);
      await Promise.all([mainsail.close(), fluidd.close()]);
    },
  );

  it.each(Object.keys(STATES) as (keyof typeof STATES)[])(
    "KlipperScreen, Mobileraker and FDM Monster come up, or wait as they do with Moonraker, while it %s",
    async (state) => {
      const { printer, farm, id } = bare;
      STATES[state].arrange(printer);
      await farm.until(id, state, STATES[state].isSo);
      const endpoint = `${farm.endpoint(id)}${suffix}`;
      const told = suffix === "queue/" ? "ready" : STATES[state].shown;
      const screen = await connectAsKlipperScreen(endpoint);
      const phone = await connectAsMobileraker(endpoint);
      const monster = await connectAsFdmMonster(endpoint);
      expect([screen.state, phone.state]).toEqual([told, told]);
      expect(monster.isOperational).toBe(told === "ready");
      const started = await printFromFdmMonster(endpoint, "monster.gcode", GCODE);
      expect(await started.json()).toEqual({ result: "ok" });
      const { queued_jobs } = await screen.client.ask(JobQueueStatus, "server.job_queue.status");
      expect(queued_jobs.map(({ filename }) => filename)).toEqual(["monster.gcode"]);
      await Promise.all([screen, phone, monster].map(({ client }) => client.close()));
    },
  );
});

it("no foreign client can shut a bare Klipper down by what it asks, however it is mistyped or torn", async () => {
  const { printer, farm, id } = bare;
  const client = await ApiClient.connect(farm.endpoint(id));
  const params = fc.oneof(
    fc.record({ script: anyScript }),
    fc.record({ objects: anySelection, response_template: fc.jsonValue() }),
    fc.record({ filename: anyText }),
    fc.record({ script: fc.jsonValue(), objects: fc.jsonValue(), filename: fc.jsonValue() }),
  );
  const asked = fc.record({ method: fc.constantFrom(...HANDED_ON), params });
  for (const { method, params: given } of fc.sample(asked, { numRuns: 1_500, seed: 4 })) {
    await client.call(method, given).catch(() => {});
  }
  await client.close();
  const scripts = printer.record.entries.filter(({ event }) => event === "script");
  expect(scripts.length).toBeGreaterThan(100);
  expect(printer.klippy.state).toBe("ready");
});
