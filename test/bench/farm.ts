import { startSimulatorProcess, type SimulatorProcess } from "../support/simulatorProcess.ts";
import { uploadFile, waitFor } from "../support/apiClient.ts";
import { FarmSnapshot, type PrinterView } from "#shared/contract/farm.ts";
import type { Bench } from "./bench.ts";
import type { RawClient } from "./rawClient.ts";

/** Simulated printers in a process of their own. */
export async function startSimulators(
  bench: Bench,
  count: number,
  speed = 1,
): Promise<SimulatorProcess> {
  const simulators = await startSimulatorProcess({ count, speed });
  bench.after(() => simulators.stop());
  return simulators;
}

/** Starts a long print at the machine itself, so that it tells its status four times a second. */
export async function printAtTheMachine(url: string, gcode: string): Promise<void> {
  const stored = await uploadFile(`${url}/`, "long.gcode", gcode);
  if (!stored.ok) throw new Error(`upload to ${url}: ${await stored.text()}`);
  const started = await fetch(`${url}/printer/print/start?filename=long.gcode`, { method: "POST" });
  if (!started.ok) throw new Error(`start at ${url}: ${await started.text()}`);
}

/** G-code that keeps a printer moving for so many seconds. */
export function longGcode(seconds: number): string {
  const back = "G1 X200 Y100 E2 F6000\nG1 X10 Y10 E2 F6000\n";
  return `M82\nG28\nM104 S210\nM140 S60\n${back.repeat(Math.ceil(seconds / 4))}M400\n`;
}

/** Waits until so many printers are as they should be; resolves to the milliseconds it took. */
export async function untilPrinters(
  client: RawClient,
  count: number,
  what: string,
  is: (view: PrinterView) => boolean,
  timeout = 60_000,
): Promise<number> {
  const start = performance.now();
  await waitFor(
    what,
    async () => {
      const { printers } = await client.result(FarmSnapshot, "farm.snapshot");
      return printers.filter(is).length >= count;
    },
    timeout,
  );
  return performance.now() - start;
}
