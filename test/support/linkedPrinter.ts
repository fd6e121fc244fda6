import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "#shared/util/clock.ts";
import { createKlipperLink } from "../../electron/host/link/klipperLink.ts";
import { createMoonrakerLink } from "../../electron/host/link/moonrakerLink.ts";
import type { PrinterLink } from "../../electron/host/link/printerLink.ts";
import { silentLogger } from "../../electron/host/log/logger.ts";
import {
  SimulatedPrinter,
  type SimulatedPrinterOptions,
} from "../../electron/simulator/simulatedPrinter.ts";
import { sessionOf } from "../contract/printerLink.conformance.ts";
import type { LinkBy } from "./linkKinds.ts";

/** A simulated printer and a link to it that has its session; both end, the link first, by `onEnd`. */
export async function linkedPrinter(
  by: LinkBy,
  onEnd: (close: () => Promise<unknown>) => void,
  options: Partial<SimulatedPrinterOptions> = {},
): Promise<{ readonly printer: SimulatedPrinter; readonly link: PrinterLink }> {
  const base = await mkdtemp(join(tmpdir(), "nextplate-linked-"));
  const socket = join(base, "klippy.sock");
  const printer = new SimulatedPrinter({
    name: "p",
    speed: 20,
    clock: systemClock,
    ...(by === "klipper" && { klipper: { socket, folder: base } }),
    ...options,
  });
  const { url } = await printer.start();
  const common = {
    clock: systemClock,
    random: () => 0,
    logger: silentLogger,
    clientVersion: "0.0.0",
  };
  const link =
    by === "klipper"
      ? createKlipperLink({
          ...common,
          resolveSocket: () => Promise.resolve(socket),
          folder: null,
        })
      : createMoonrakerLink({ ...common, resolveUrl: () => Promise.resolve(url), apiKey: null });
  onEnd(async () => {
    await link.stop();
    await printer.stop();
    await rm(base, { recursive: true, force: true });
  });
  link.start();
  await sessionOf(link);
  return { printer, link };
}
