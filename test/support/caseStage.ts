import * as z from "zod";
import type { PrinterView } from "#shared/contract/farm.ts";
import { JobQueueStatus } from "#shared/contract/jobQueue.ts";
import { isRefusedName, RIG_FILES, RIG_GCODE } from "./recordedCases.ts";
import { systemClock } from "#shared/util/clock.ts";
import { SimulatedPrinter } from "../../electron/simulator/simulatedPrinter.ts";
import { waitFor } from "./apiClient.ts";
import { FarmDriver } from "./farmDriver.ts";
import { startTestHost } from "./testHost.ts";

const Answer = z.object({ result: JobQueueStatus });
type Jobs = z.output<typeof JobQueueStatus>["queued_jobs"];

/** A host with one idle simulated printer whose library holds the recording rig's files. */
export interface CaseStage {
  /** Address of the endpoint under test, with a trailing slash. */
  readonly endpoint: string;
  /** Makes the queue what it was before a case, and returns it; `onChange` counts the notifications due. */
  prepare(names: readonly string[]): Promise<{ jobs: Jobs; notifications: number }>;
  close(): Promise<void>;
}

/** The same endpoint in the three ways a printer can be off. */
export const OFF_STATES = {
  "/printers/{id} while the printer is off": {
    arrange: (printer: SimulatedPrinter) => printer.faults.hostOff(),
    isSo: (view: PrinterView) => view.link.state === "unreachable",
  },
  "/printers/{id} without Klippy": {
    arrange: async (printer: SimulatedPrinter) => printer.faults.klippyDisconnect(),
    isSo: (view: PrinterView) => view.klippy.state === "disconnected",
  },
  "/printers/{id} while Klippy is shut down": {
    arrange: async (printer: SimulatedPrinter) => printer.faults.shutdown("MCU lost"),
    isSo: (view: PrinterView) => view.klippy.state === "shutdown",
  },
} as const;
export type OffName = keyof typeof OFF_STATES;
export type EndpointName = "the root" | "/printers/{id}" | OffName;
export const OFF_NAMES: readonly OffName[] = [
  "/printers/{id} while the printer is off",
  "/printers/{id} without Klippy",
  "/printers/{id} while Klippy is shut down",
];
export const ENDPOINTS: readonly EndpointName[] = ["the root", "/printers/{id}", ...OFF_NAMES];

export function isOff(name: EndpointName): name is OffName {
  return Object.hasOwn(OFF_STATES, name);
}

export async function openCaseStage(name: EndpointName): Promise<CaseStage> {
  const printer = new SimulatedPrinter({ name: "ada", speed: 1000, clock: systemClock });
  await printer.start();
  const host = await startTestHost();
  const farm = await FarmDriver.connect(host.url);
  const id = await farm.addPrinter("Ada", printer.url, "confirm");
  const endpoint = name === "the root" ? host.url : farm.endpoint(id);
  for (const file of RIG_FILES) {
    const folder = file.slice(0, Math.max(0, file.lastIndexOf("/")));
    const base = file.slice(file.lastIndexOf("/") + 1).replaceAll('"', '\\"');
    // By hand: FormData would write a quote in a name as %22.
    const response = await fetch(`${endpoint}server/files/upload`, {
      method: "POST",
      headers: { "Content-Type": "multipart/form-data; boundary=b" },
      body: [
        `--b\r\nContent-Disposition: form-data; name="path"\r\n\r\n${folder}\r\n`,
        `--b\r\nContent-Disposition: form-data; name="file"; filename="${base}"\r\n\r\n${RIG_GCODE}\r\n`,
        "--b--\r\n",
      ].join(""),
    });
    if (response.status !== 201) throw new Error(`${file}: ${await response.text()}`);
  }
  const ask = async (verb: string, path: string, body?: object): Promise<Jobs> => {
    const response = await fetch(`${endpoint}server/job_queue/${path}`, {
      method: verb,
      ...(body === undefined
        ? {}
        : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
    });
    return Answer.parse(await response.json()).result.queued_jobs;
  };
  // Otherwise the notice that they have been read falls into the first cases.
  await fetch(`${endpoint}server/files/metadata?filename=a.gcode`);
  // Otherwise a notice that Klippy is ready falls into the first cases.
  await waitFor("Klippy to be ready", async () => {
    const response = await fetch(`${endpoint}server/info`);
    return (await response.text()).includes('"klippy_state":"ready"');
  });
  if (isOff(name)) {
    const { arrange, isSo } = OFF_STATES[name];
    await arrange(printer);
    await farm.until(id, "off", isSo);
  }
  await farm.close();
  return {
    endpoint,
    async prepare(names) {
      let notifications = 0;
      if ((await ask("GET", "status")).length > 0) {
        await ask("DELETE", "job?all=true");
        notifications++;
      }
      const filenames = names.filter((file) => !isRefusedName(file));
      if (filenames.length === 0) return { jobs: [], notifications };
      const jobs = await ask("POST", "job", { filenames });
      return { jobs, notifications: notifications + 1 };
    },
    async close() {
      await host.stop();
      await printer.stop();
    },
  };
}
