import { FarmSnapshot, PrinterView } from "#shared/contract/farm.ts";
import { systemClock } from "#shared/util/clock.ts";
import { SimulatedPrinter } from "../../electron/simulator/simulatedPrinter.ts";
import { ApiClient, uploadFile, waitFor } from "./apiClient.ts";
import type { Staging } from "./scenarioReplay.ts";
import type { Scenario } from "./scenarios.ts";
import { startTestHost } from "./testHost.ts";

/** Homing takes a real machine half a minute; the rig of the recording had no motors to wait for. */
const SPEED = 5;
const HEAD = "; recorded on a rig\nG28\nG90\nM83\nG92 E0\n";
const DWELL = "G1 X10 Y0 E1 F3000\nG4 P2500\nM400\n";

/** The files of the recording's rig: the same names, and prints of about the same length. */
const RIG_FILES: Readonly<Record<string, string>> = {
  "a.gcode": `${HEAD}${DWELL}`,
  "b.gcode": `${HEAD}${DWELL}; b\n`,
  "c.gcode": `${HEAD}${DWELL}; c\n`,
  "long.gcode": `${HEAD}${DWELL.repeat(12)}`,
  "bad.gcode": `${HEAD}G4 P1500\nG1 X9999 F6000\n`,
  "gone.gcode": `${HEAD}${DWELL}; gone\n`,
  "tiny1.gcode": "G90\nG92 E0",
  "tiny2.gcode": "G90\nG92 E0",
  "tiny3.gcode": "G90\nG92 E0",
  "nom400.gcode": "G28\nG90\nG92 E0\nG1 X140 F1200\nG1 X10 F1200\n",
};

export interface ScenarioStage {
  /** The printer's own endpoint on our host. */
  readonly endpoint: string;
  /** What the recording's operator did to the printer between the calls. */
  deeds(scenario: Scenario): Staging[];
  readonly replaced: Readonly<Record<string, (() => Promise<void>) | undefined>>;
  close(): Promise<void>;
}

/** A host with one simulated printer , its plate clear, its library as the rig's. */
export async function openScenarioStage(options: object): Promise<ScenarioStage> {
  const printer = new SimulatedPrinter({ name: "rig", speed: SPEED, clock: systemClock });
  await printer.start();
  const host = await startTestHost();
  const client = await ApiClient.connect(host.url);
  const added = await client.ask(PrinterView, "farm.printers.add", {
    name: "rig",
    link: { kind: "moonraker", address: printer.url },
    options: { ...options, plate_policy: "self_clearing" },
  });
  const endpoint = `${host.url}printers/${added.id}/`;
  for (const [name, text] of Object.entries(RIG_FILES)) {
    const answer = await uploadFile(endpoint, name, text);
    if (!answer.ok) throw new Error(`${name}: ${await answer.text()}`);
  }
  const view = await waitFor("the printer to be ready", async () => {
    const [first] = (await client.ask(FarmSnapshot, "farm.snapshot", {})).printers;
    return first?.activity === "idle" ? first : undefined;
  });
  await client.call("farm.plate.set", {
    printer: added.id,
    state: "clear",
    revision: view.plate.revision,
  });
  return {
    endpoint,
    deeds: (scenario) => deedsOf(scenario, printer, endpoint),
    replaced: {},
    async close() {
      await client.close();
      await host.stop();
      await printer.stop();
    },
  };
}

function deedsOf(scenario: Scenario, printer: SimulatedPrinter, endpoint: string): Staging[] {
  switch (scenario.name.split(" ", 1).join("")) {
    case "A9":
      // The file is deleted between post and start.
      return [
        {
          afterCall: 0,
          delay: 0.2,
          deed: async () => {
            await fetch(`${endpoint}server/files/gcodes/gone.gcode`, { method: "DELETE" });
          },
        },
      ];
    case "A16":
    case "L3":
      // Klippy is killed in the middle of the print and booted again.
      return [
        {
          afterCall: 1,
          delay: 2,
          deed: async () => {
            printer.faults.klippyDisconnect();
            await new Promise((resolve) => setTimeout(resolve, 1500));
            printer.faults.klippyConnect();
          },
        },
      ];
    default:
      return [];
  }
}
