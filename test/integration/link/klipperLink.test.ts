import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "#shared/util/clock.ts";
import { createKlipperLink } from "../../../electron/host/link/klipperLink.ts";
import type { PrinterLink } from "../../../electron/host/link/printerLink.ts";
import { silentLogger } from "../../../electron/host/log/logger.ts";
import { SimulatedPrinter } from "../../../electron/simulator/simulatedPrinter.ts";
import { sessionOf } from "../../contract/printerLink.conformance.ts";
import { until } from "../../support/until.ts";

let folder: string;
let socket: string;
const undo: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  const base = await mkdtemp(join(tmpdir(), "nextplate-klink-"));
  undo.push(() => rm(base, { recursive: true, force: true }));
  folder = join(base, "gcodes");
  socket = join(base, "klippy.sock");
  await mkdir(folder);
});
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function klipper(): Promise<SimulatedPrinter> {
  const printer = new SimulatedPrinter({
    name: "voron",
    speed: 20,
    clock: systemClock,
    statusInterval: 25,
    restartTime: 200,
    macros: {
      START_QUEUE: ["ACTION_CALL_REMOTE_METHOD METHOD=start_job_queue"],
      PAUSE_QUEUE: ["ACTION_CALL_REMOTE_METHOD METHOD=pause_job_queue"],
    },
    klipper: { socket, folder },
  });
  await printer.start();
  undo.push(() => printer.stop());
  return printer;
}

function linkTo(address: string, given: string | null = null): PrinterLink {
  const link = createKlipperLink({
    resolveSocket: () => Promise.resolve(address),
    folder: given,
    clock: systemClock,
    random: () => 0,
    logger: silentLogger,
    clientVersion: "0.0.0",
  });
  undo.push(() => link.stop());
  link.start();
  return link;
}

describe("a link over Klipper's own socket", () => {
  it("hands on what macros call, also after Klipper was restarted", async () => {
    const printer = await klipper();
    const link = linkTo(socket);
    const session = await sessionOf(link);
    const calls: string[] = [];
    link.onDidCallRemoteMethod((name) => calls.push(name));
    await link.runGcode("START_QUEUE");
    await until(() => calls.length === 1);
    printer.klippy.restart();
    await sessionOf(link, (next) => next !== session);
    await link.runGcode("PAUSE_QUEUE");
    await until(() => calls.length === 2);
    expect(calls).toEqual(["start_job_queue", "pause_job_queue"]);
  });

  it("works over a forwarded port", async () => {
    const printer = await klipper();
    const link = linkTo(printer.klippySocket?.tcpAddress ?? "");
    const { objects, keepsHistory } = await sessionOf(link);
    expect(objects).toContain("virtual_sdcard");
    expect(keepsHistory).toBe(false);
  });

  it("learns of a shutdown from the status alone, and keeps what it knows", async () => {
    const printer = await klipper();
    const link = linkTo(socket);
    await sessionOf(link);
    printer.klippy.shutdown("MCU 'mcu' shutdown: Timer too close");
    await until(() => link.state.kind === "connected" && link.state.klippy === "shutdown");
    await until(() => link.state.kind === "connected" && link.state.message.includes("Timer"));
    expect(link.status()["print_stats"]).toBeDefined();
    await link.request("printer.firmware_restart");
    await until(() => link.state.kind === "connected" && link.state.klippy === "ready");
  });

  it("says that the socket is gone while Klipper is away, and comes back by itself", async () => {
    const printer = await klipper();
    const link = linkTo(socket);
    await sessionOf(link);
    printer.klippy.kill();
    const state = await until(() => (link.state.kind === "unreachable" ? link.state : undefined));
    expect(state.reason).not.toBe("");
    printer.klippy.boot();
    await sessionOf(link);
  });

  it("does not take anything else for Klipper", async () => {
    const clients = new Set<Socket>();
    const server = createServer((client) => {
      clients.add(client);
      client.on("error", () => {}).on("data", () => client.write('{"id":1,"result":{}}\x03'));
    });
    server.listen(socket);
    await once(server, "listening");
    undo.push(async () => {
      for (const client of clients) client.destroy();
      server.close();
    });
    const link = linkTo(socket);
    const state = await until(() => (link.state.kind === "unreachable" ? link.state : undefined));
    expect(state.reason).toMatch(/not as Klipper/);
  });

  it("keeps a transfer out of Klipper's sight until it is whole", async () => {
    await klipper();
    const link = linkTo(socket);
    await sessionOf(link);
    const local = join(folder, "..", "local.gcode");
    await writeFile(local, Buffer.alloc(2_000_000, "G1 X1\n"));
    const seen: string[] = [];
    const look = async (): Promise<void> => {
      seen.push(
        ...(await readdir(folder, { recursive: true })).filter((n) => n.endsWith(".gcode")),
      );
    };
    const path = "nextplate/0011aabb/a.gcode";
    const { signal } = new AbortController();
    await link.uploadFile(local, path, { signal, onProgress: () => {}, pace: look });
    expect(seen).toEqual([]);
    expect(await readdir(join(folder, "nextplate/0011aabb"))).toEqual(["a.gcode"]);
  });

  it("does not make up a folder that is not mounted, nor leave it by a path", async () => {
    await klipper();
    const link = linkTo(socket, join(folder, "not-mounted"));
    await sessionOf(link);
    const local = join(folder, "..", "local.gcode");
    await writeFile(local, "G28\n");
    const { signal } = new AbortController();
    const options = { signal, onProgress: () => {} };
    await expect(link.uploadFile(local, "nextplate/a.gcode", options)).rejects.toThrow(/mounted/);
    expect(await readdir(folder)).toEqual([]);
    for (const path of ["../a.gcode", "a/../../b.gcode", "/etc/a.gcode", "a//b.gcode"]) {
      await expect(link.uploadFile(local, path, options)).rejects.toMatchObject({
        code: "bad_request",
      });
    }
  });
});
