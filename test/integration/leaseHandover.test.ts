import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LEASE_TIMES } from "../../electron/host/engine/leaseMachine.ts";
import { waitFor } from "../support/apiClient.ts";
import { FarmDriver } from "../support/farmDriver.ts";
import { type LeasedHost, startLeasedHost } from "../support/leasedHost.ts";
import { addressBy, LINK_KINDS, type LinkBy } from "../support/linkKinds.ts";
import { type Plate, plateOf } from "../support/plateRecord.ts";
import { type SimulatorProcess, startSimulatorProcess } from "../support/simulatorProcess.ts";

const TIMES = { ...LEASE_TIMES, renew: 500, stale: 10_000, startWithin: 5_000, settle: 2_200 };
const PRINT = "G28\nG1 X10 Y10 E1 F6000\nG4 P300000\nG1 X90 Y90 E4 F6000\nM400\n";
const COPIES = 2;

interface Desk {
  readonly host: LeasedHost;
  readonly farm: FarmDriver;
  readonly printer: string;
  readonly files: readonly string[];
}

let simulator: SimulatorProcess;
let folder: string;
let desks: Desk[] = [];
/** Wall milliseconds at which the plate was emptied. */
let emptied: number[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "nextplate-handover-"));
  simulator = await startSimulatorProcess({ count: 1, speed: 200, klipper: folder });
  desks = [];
  emptied = [];
});

afterEach(async () => {
  for (const { host, farm } of desks) {
    await farm.close();
    await host.kill();
  }
  await simulator.stop();
  await rm(folder, { recursive: true, force: true });
});

async function openDesk(name: string, by: LinkBy): Promise<Desk> {
  const host = await startLeasedHost(name, TIMES);
  const farm = await FarmDriver.connect(host.url);
  const [machine] = simulator.printers;
  const printer = await farm.addPrinter("shared", addressBy(by, machine), "confirm", by);
  const files = Array.from({ length: COPIES }, (_, n) => `${name}-${n + 1}.gcode`);
  const desk = { host, farm, printer, files };
  desks.push(desk);
  await farm.until(printer, "a connection", (view) => view.klippy.state === "ready");
  for (const file of files) await farm.upload(printer, file, `; ${file}\n${PRINT}`);
  const posted = files.map((filename) => ({ filename }));
  await farm.client.call("farm.queue.post", { printer, files: posted });
  await farm.client.call("farm.queue.start", { printer });
  return desk;
}

async function plate(): Promise<Plate> {
  return plateOf(await simulator.record(), emptied, false);
}

/** Whoever is at this desk looks at the machine, takes off what lies there and says so. */
async function attend({ farm, printer }: Desk): Promise<void> {
  const view = await farm.view(printer);
  const asks = view.plate.state === "occupied" || view.plate.state === "unknown";
  if (!asks || view.current !== null || view.master.state !== "held") return;
  if ((await plate()).isPrinting) return;
  emptied.push(Date.now());
  await farm.clearPlate(printer).catch(() => undefined);
}

describe("two hosts that take a printer from each other again and again", () => {
  it.each(LINK_KINDS)(
    "print every copy of both once, each on an empty plate, behind $name",
    async ({ by }) => {
      const a = await openDesk("a", by);
      const b = await openDesk("b", by);
      let next = Date.now();
      let takeOvers = 0;
      await waitFor(
        "both queues to run dry",
        async () => {
          const views = await Promise.all(desks.map(({ farm, printer }) => farm.view(printer)));
          if (views.every(({ queue, current }) => queue.rows.length === 0 && current === null)) {
            return true;
          }
          if (Date.now() >= next) {
            // At any moment: before, during and after a transfer, a start, a print.
            next = Date.now() + 2_000 + Math.random() * 5_000;
            const taker = desks[takeOvers++ % 2];
            await taker?.farm.client
              .call("farm.printers.take_over", { printer: taker.printer })
              .catch(() => undefined);
          }
          for (const desk of desks) await attend(desk);
          return false;
        },
        160_000,
      );
      const { starts, collisions } = await plate();
      const begun = [...a.files, ...b.files].map((file) => starts.get(file) ?? 0);
      expect(begun).toEqual([1, 1, 1, 1]);
      expect(collisions).toEqual([]);
      expect(takeOvers).toBeGreaterThan(1);
    },
    180_000,
  );
});
