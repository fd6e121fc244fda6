import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "#shared/util/clock.ts";
import { SimulatedPrinter } from "../../electron/simulator/simulatedPrinter.ts";
import { FarmDriver } from "./farmDriver.ts";
import { startTestHost } from "./testHost.ts";

/** A host with one printer that has no Moonraker, ready and idle; its plate has not been looked at. */
export interface BareKlipper {
  readonly printer: SimulatedPrinter;
  readonly farm: FarmDriver;
  /** The printer's id. */
  readonly id: string;
  stop(): Promise<void>;
}

export async function startBareKlipper(): Promise<BareKlipper> {
  const base = await mkdtemp(join(tmpdir(), "nextplate-bare-"));
  const folder = join(base, "gcodes");
  const socket = join(base, "klippy.sock");
  await mkdir(folder);
  const printer = new SimulatedPrinter({
    name: "bare",
    speed: 200,
    clock: systemClock,
    restartTime: 200,
    klipper: { socket, folder },
  });
  await printer.start();
  const host = await startTestHost({ dataDir: join(base, "data") });
  const farm = await FarmDriver.connect(host.url);
  const id = await farm.addPrinter("bare", socket, "confirm", "klipper");
  await farm.until(id, "ready", (view) => view.activity === "idle");
  return {
    printer,
    farm,
    id,
    async stop() {
      await farm.close();
      await host.stop();
      await printer.stop();
      await rm(base, { recursive: true, force: true });
    },
  };
}
