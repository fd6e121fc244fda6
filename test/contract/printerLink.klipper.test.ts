import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "#shared/util/clock.ts";
import { createKlipperLink } from "../../electron/host/link/klipperLink.ts";
import { silentLogger } from "../../electron/host/log/logger.ts";
import { SimulatedPrinter } from "../../electron/simulator/simulatedPrinter.ts";
import { describePrinterLink } from "./printerLink.conformance.ts";

describePrinterLink("Klipper's own socket", async ({ gcodes = {}, speed = 1 }) => {
  const folder = await mkdtemp(join(tmpdir(), "nextplate-klipper-"));
  const socket = join(folder, "klippy.sock");
  const printer = new SimulatedPrinter({
    name: "under-test",
    speed,
    clock: systemClock,
    gcodes,
    statusInterval: 25,
    restartTime: 150,
    klipper: { socket, folder },
  });
  await printer.start();
  const link = createKlipperLink({
    resolveSocket: () => Promise.resolve(socket),
    folder: null,
    clock: systemClock,
    random: Math.random,
    logger: silentLogger,
    clientVersion: "0.0.0",
  });
  return {
    link,
    printer: {
      cutConnection: () => printer.faults.dropLink(),
      refuseConnections: async () => {
        await printer.faults.refuseConnections();
        printer.faults.dropLink();
      },
      acceptConnections: () => printer.faults.refuseConnections(false),
      restartKlippy: () => printer.klippy.restart(),
      killKlippy: () => printer.faults.klippyRestart(),
      record: () => printer.record.entries,
    },
    dispose: async () => {
      await link.stop();
      await printer.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
});
