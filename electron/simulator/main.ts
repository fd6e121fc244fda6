import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { messageOf } from "#shared/rpc/errors.ts";
import { scaledClock } from "#shared/util/clock.ts";
import { ControlServer } from "./controlServer.ts";
import { SimulatorRecord } from "./record.ts";
import { SimulatedPrinter } from "./simulatedPrinter.ts";
import { Ticker } from "./ticker.ts";

/** Says what is wrong with the command line and how it is to be used. */
const USAGE = `usage: node electron/simulator/main.ts [--count 1] [--speed 1] [--port 0] [--control-port 0]
  [--record FILE] [--status-interval 250] [--restart-time MS] [--automatic-queue] [--klipper DIR]
  [--time-factor 1] [--time-origin UNIX-MS]
With --klipper every printer has Klipper's own socket too, DIR/<name>.sock, and its g-code in DIR/<name>. With --port P the printers get P, P+1, ...; 0 takes any free port.
With --time-factor all its time runs so many times faster than the computer's, from an origin that other processes can share; milliseconds above are of that time.`;

function numberOption(text: string | undefined, name: string, fallback: number): number {
  const value = text === undefined ? fallback : Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new Error(`--${name} must be a number, not ${text ?? ""}\n${USAGE}`);
}

/** The folder of a printer's g-code is made where it is missing. */
function klipperSide(
  folder: string | undefined,
  name: string,
): { readonly klipper?: { readonly socket: string; readonly folder: string } } {
  if (folder === undefined) return {};
  const gcodes = resolve(folder, name);
  mkdirSync(gcodes, { recursive: true });
  return { klipper: { socket: `${gcodes}.sock`, folder: gcodes } };
}

async function main(): Promise<void> {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    options: {
      count: text,
      speed: text,
      record: text,
      port: text,
      "control-port": text,
      "status-interval": text,
      "restart-time": text,
      "automatic-queue": { type: "boolean" },
      klipper: text,
      "time-factor": text,
      "time-origin": text,
    },
  });
  const count = numberOption(values.count, "count", 1);
  const port = numberOption(values.port, "port", 0);
  const interval = numberOption(values["status-interval"], "status-interval", 250);
  const restartTime = values["restart-time"];
  const record = new SimulatorRecord(values.record ?? null);
  const clock = scaledClock({
    factor: numberOption(values["time-factor"], "time-factor", 1),
    origin: numberOption(values["time-origin"], "time-origin", Date.now()),
  });
  const ticker = new Ticker(clock, interval);
  const printers = Array.from({ length: count }, (_, index) => {
    const name = `printer-${index + 1}`;
    return new SimulatedPrinter({
      name,
      ...klipperSide(values.klipper, name),
      seed: index + 1,
      speed: numberOption(values.speed, "speed", 1),
      clock,
      port: port === 0 ? 0 : port + index,
      automaticQueue: values["automatic-queue"] ?? false,
      ...(restartTime === undefined
        ? {}
        : { restartTime: numberOption(restartTime, "restart-time", 0) }),
      record,
      ticker,
    });
  });
  const control = new ControlServer(printers, record);
  for (const printer of printers) await printer.start();
  const url = await control.start(numberOption(values["control-port"], "control-port", 0));
  const stop = async (): Promise<void> => {
    await control.stop();
    for (const printer of printers) await printer.stop();
    process.exit(0);
  };
  process.once("SIGTERM", () => void stop());
  process.once("SIGINT", () => void stop());
  const urls = printers.map((printer) => ({
    name: printer.name,
    url: printer.url,
    ...klipperSide(values.klipper, printer.name).klipper,
  }));
  process.stdout.write(`${JSON.stringify({ control: url, printers: urls })}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exit(1);
});
