import { systemClock } from "#shared/util/clock.ts";
import { createMoonrakerLink } from "../../electron/host/link/moonrakerLink.ts";
import { silentLogger } from "../../electron/host/log/logger.ts";
import { SimulatedPrinter } from "../../electron/simulator/simulatedPrinter.ts";
import { describePrinterLink } from "./printerLink.conformance.ts";

describePrinterLink("Moonraker", async ({ gcodes = {}, speed = 1 }) => {
  const printer = new SimulatedPrinter({
    name: "under-test",
    speed,
    clock: systemClock,
    gcodes,
    statusInterval: 25,
    restartTime: 150,
  });
  const { url } = await printer.start();
  const link = createMoonrakerLink({
    resolveUrl: () => Promise.resolve(url),
    apiKey: null,
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
    },
  };
});
