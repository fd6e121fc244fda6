import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { systemClock } from "#shared/util/clock.ts";
import { createKlipperLink } from "../../../electron/host/link/klipperLink.ts";
import { createMoonrakerLink } from "../../../electron/host/link/moonrakerLink.ts";
import type { PrinterLink } from "../../../electron/host/link/printerLink.ts";
import { type Logger, silentLogger } from "../../../electron/host/log/logger.ts";
import { SimulatedPrinter } from "../../../electron/simulator/simulatedPrinter.ts";
import { sessionOf } from "../../contract/printerLink.conformance.ts";
import { junkFrames, seeded } from "../../support/junkFrames.ts";
import { until } from "../../support/until.ts";

const FRAMES = 100_000;
const SEED = 20_261_123;
/** Frames between two looks at whether the link still reads. */
const BATCH = 2_000;
/** Bytes: a hundred for each frame would be more. */
const LEAK = 10_000_000;

/** What is really held: garbage is collected first, else a leak could hide behind it. */
function heapInUse(): number {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect !== "function") throw new Error("This Node cannot collect garbage on demand");
  collect();
  return process.memoryUsage().heapUsed;
}

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** A way into the stream that the link reads. */
interface Injector {
  readonly link: PrinterLink;
  /** Sends a frame between two of the printer's own; resolves when there is room for more. */
  readonly inject: (frame: string) => Promise<void>;
}

let warnings = 0;
const countingLogger: Logger = { ...silentLogger, warn: () => void warnings++ };
const common = {
  clock: systemClock,
  random: Math.random,
  logger: countingLogger,
  clientVersion: "0.0.0",
};

async function simulated(folder: string): Promise<SimulatedPrinter> {
  const socket = join(folder, "klippy.sock");
  const printer = new SimulatedPrinter({
    name: "under-test",
    speed: 20,
    clock: systemClock,
    gcodes: { "short.gcode": "G28\nG1 X10 F6000\nM400\n" },
    statusInterval: 25,
    klipper: { socket, folder },
  });
  await printer.start();
  undo.push(() => printer.stop());
  return printer;
}

/** A bridge to Klipper's socket that cuts its stream into odd pieces and adds frames of its own. */
async function behindKlipper(folder: string): Promise<Injector> {
  await simulated(folder);
  const random = seeded(SEED);
  let toLink: Socket | undefined;
  let rest = "";
  const send = (bytes: Buffer): boolean => {
    // In pieces of any length: a frame's end and its letters may be torn apart.
    const middle = Math.floor(random() * bytes.length);
    toLink?.write(bytes.subarray(0, middle));
    return toLink?.write(bytes.subarray(middle)) ?? true;
  };
  const server = createServer((socket) => {
    toLink = socket.setNoDelay();
    const printer = connect(join(folder, "klippy.sock")).setEncoding("utf8");
    socket.on("error", () => {}).on("close", () => printer.destroy());
    socket.pipe(printer);
    printer.on("error", () => {}).on("close", () => socket.destroy());
    printer.on("data", (text: string) => {
      const frames = (rest + text).split("\x03");
      rest = frames.pop() ?? "";
      for (const frame of frames) send(Buffer.from(`${frame}\x03`));
    });
  });
  server.listen(join(folder, "bridge.sock"));
  await once(server, "listening");
  undo.push(async () => {
    toLink?.destroy();
    server.close();
  });
  const resolveSocket = (): Promise<string> => Promise.resolve(join(folder, "bridge.sock"));
  return {
    link: createKlipperLink({ ...common, resolveSocket, folder: null }),
    async inject(frame) {
      if (!send(Buffer.from(`${frame}\x03`)) && toLink !== undefined) await once(toLink, "drain");
    },
  };
}

/** A websocket in front of a Moonraker that adds frames of its own. */
async function behindMoonraker(folder: string): Promise<Injector> {
  const printer = await simulated(folder);
  let toLink: WebSocket | undefined;
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
  await once(server, "listening");
  server.on("connection", (socket) => {
    toLink = socket;
    const behind = new WebSocket(`${printer.url.replace("http", "ws")}/websocket`);
    const waiting: string[] = [];
    behind.on("open", () => waiting.splice(0).forEach((text) => behind.send(text)));
    behind.on("message", (data: Buffer) => socket.send(data.toString("utf8")));
    behind.on("close", () => socket.close()).on("error", () => {});
    socket.on("message", (data: Buffer) => {
      const text = data.toString("utf8");
      if (behind.readyState === WebSocket.OPEN) behind.send(text);
      else waiting.push(text);
    });
    socket.on("close", () => behind.close());
  });
  undo.push(async () => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const resolveUrl = (): Promise<string> => Promise.resolve(`http://127.0.0.1:${port}`);
  return {
    link: createMoonrakerLink({ ...common, resolveUrl, apiKey: null }),
    inject: (frame) =>
      new Promise((resolve) => {
        if (toLink === undefined) resolve();
        else toLink.send(frame, () => resolve());
      }),
  };
}

describe.each([
  ["Klipper's own socket", behindKlipper, ["nextplate_status", "nextplate_output"]],
  [
    "Moonraker",
    behindMoonraker,
    ["notify_status_update", "notify_gcode_response", "notify_history_changed"],
  ],
] as const)("100,000 frames of junk over %s", (_, open, methods) => {
  it("change nothing that the link believes, raise nothing and leave nothing behind", async () => {
    const folder = await mkdtemp(join(tmpdir(), "nextplate-junk-"));
    undo.push(() => rm(folder, { recursive: true, force: true }));
    const { link, inject } = await open(folder);
    warnings = 0;
    const errors: unknown[] = [];
    const note = (error: unknown): void => void errors.push(error);
    process.on("uncaughtException", note).on("unhandledRejection", note);
    undo.push(
      async () => void process.off("uncaughtException", note).off("unhandledRejection", note),
    );
    undo.push(() => link.stop());
    link.start();
    const session = await sessionOf(link);
    const states: string[] = [];
    link.onDidChangeState((state) => states.push(state.kind));
    const odd: string[] = [];
    link.onDidReceiveGcode((line) => odd.push(line));
    link.onDidCallRemoteMethod((name) => odd.push(name));
    link.onDidChangeHistory((entry) => odd.push(entry.jobId));

    const heapBefore = heapInUse();
    let sent = 0;
    for (const frame of junkFrames(FRAMES, methods, seeded(SEED))) {
      await inject(frame);
      // A question that is answered has everything sent before it behind it.
      if (++sent % BATCH === 0) await link.barrier();
    }
    expect(sent).toBe(FRAMES);
    expect(errors).toEqual([]);
    expect(states).toEqual([]);
    expect(odd).toEqual([]);
    expect(await sessionOf(link)).toBe(session);
    expect(link.status()["print_stats"]).toMatchObject({ state: "standby", filename: "" });
    expect(Object.getPrototypeOf(link.status())).toBe(Object.prototype);
    expect(Object.keys(link.status()).filter((name) => name.startsWith("__"))).toEqual([]);
    // The first few in full, then every hundredth.
    expect(warnings).toBeGreaterThan(5);
    expect(warnings).toBeLessThan(FRAMES / 50);
    expect(heapInUse() - heapBefore).toBeLessThan(LEAK);

    await link.startPrint("short.gcode");
    await until(() => link.status()["print_stats"]?.["state"] === "complete");
    expect(odd).toContain("Done printing file");
  });
});
