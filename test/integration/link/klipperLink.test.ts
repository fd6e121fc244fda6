import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Clock, systemClock } from "#shared/util/clock.ts";
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

async function klipper(
  options: Partial<ConstructorParameters<typeof SimulatedPrinter>[0]> = {},
): Promise<SimulatedPrinter> {
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
    ...options,
  });
  await printer.start();
  undo.push(() => printer.stop());
  return printer;
}

function linkTo(
  address: string,
  given: string | null = null,
  clock: Clock = systemClock,
): PrinterLink {
  const link = createKlipperLink({
    resolveSocket: () => Promise.resolve(address),
    folder: given,
    clock,
    random: () => 0,
    logger: silentLogger,
    clientVersion: "0.0.0",
  });
  undo.push(() => link.stop());
  link.start();
  return link;
}

describe("a link over Klipper's own socket", () => {
  it("tells which commands the printer has, by which a clearing g-code is checked", async () => {
    await klipper();
    const link = linkTo(socket);
    await sessionOf(link);
    const commands = await link.request("printer.gcode.help");
    expect(commands).toMatchObject({
      START_QUEUE: expect.any(String),
      RESTART: expect.any(String),
    });
  });

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

  it("knows where the files are as soon as it is connected, also while Klipper is not ready", async () => {
    const printer = await klipper();
    printer.klippy.shutdown("MCU 'mcu' shutdown: Timer too close");
    const link = linkTo(socket);
    const listed = new Promise((resolve, reject) => {
      link.onDidChangeState((state) => {
        if (state.kind === "connected") link.listFolder("").then(resolve, reject);
      });
    });
    expect(await listed).toEqual({ files: [], folders: [] });
  });

  it("learns of a shutdown that comes between its question and its subscription", async () => {
    const printer = await klipper();
    const bridge = join(folder, "..", "bridge.sock");
    const server = createServer((client) => {
      const behind = connect(socket).on("error", () => {});
      client.on("error", () => {}).on("close", () => behind.destroy());
      behind.pipe(client);
      client.on("data", (chunk) => {
        // Known to this client as ready; its subscription is answered by a Klipper that is not.
        if (chunk.includes("objects/subscribe")) printer.klippy.shutdown("MCU lost");
        behind.write(chunk);
      });
      undo.push(async () => void client.destroy());
    });
    server.listen(bridge);
    await once(server, "listening");
    undo.push(async () => void server.close());
    const link = linkTo(bridge);
    await until(() => link.state.kind === "connected" && link.state.klippy === "shutdown");
    expect(link.state).toMatchObject({ message: expect.stringContaining("MCU lost") });
  });

  it("waits for the g-code in progress with a restart, which will come", async () => {
    const printer = await klipper({ speed: 1 });
    // The ten seconds that a question is given pass in a fifth of one.
    const fast: Clock = {
      ...systemClock,
      setTimer: (delay, run) => systemClock.setTimer(delay / 50, run),
    };
    const link = linkTo(socket, null, fast);
    await sessionOf(link);
    const busy = printer.klippy.runScript("G4 P1000\nM400");
    await link.request("printer.restart");
    await busy;
    expect(await until(() => printer.klippy.isBooting)).toBe(true);
  });

  it.each(["~pi/gcodes", "gcodes"])(
    "makes no folder up for %j, which only Klipper's process understands",
    async (configuredFolder) => {
      await klipper({ klipper: { socket, folder, configuredFolder } });
      const link = linkTo(socket);
      await sessionOf(link);
      await expect(link.listFolder("")).rejects.toThrow(
        `files are in ${configuredFolder}, which means nothing to this computer. Enter`,
      );
    },
  );

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

  it("removes what a killed program left half-written, and nothing that may be in use", async () => {
    await klipper();
    const left = "nextplate/99887766/.nextplate-00112233aabbccdd.part";
    const proof = "nextplate-probe-00112233aabb.gcode";
    const fresh = "nextplate/0011aabb/.nextplate-00112233aabbccdd.part";
    const foreign = "nextplate/0011aabb/notes.part";
    for (const name of [left, proof, fresh, foreign]) {
      await mkdir(join(folder, name, ".."), { recursive: true });
      await writeFile(join(folder, name), "G28\n");
      if (name !== fresh) await utimes(join(folder, name), 1_000, 1_000);
    }
    const link = linkTo(socket);
    await sessionOf(link);
    const local = join(folder, "..", "local.gcode");
    await writeFile(local, "G28\n");
    const { signal } = new AbortController();
    await link.uploadFile(local, "nextplate/0011aabb/a.gcode", { signal, onProgress: () => {} });
    const present = await readdir(folder, { recursive: true });
    expect(present.toSorted()).toEqual(
      ["nextplate", "nextplate/0011aabb", fresh, "nextplate/0011aabb/a.gcode", foreign].toSorted(),
    );
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

  it.each([
    'quo"te.gcode',
    "with space.gcode",
    "ünïcode 日本 💥.gcode",
    "semi;colon#hash=sign.gcode",
    "back\\slash'apostrophe.gcode",
    " leading and trailing .gcode",
  ])("prints a file named %j, and no other", async (name) => {
    const printer = await klipper();
    const link = linkTo(socket);
    await sessionOf(link);
    const local = join(folder, "..", "local.gcode");
    await writeFile(local, "G28\nG1 X10 Y10 F6000\nM400\n");
    const path = `nextplate/0011aabb/${name}`;
    const { signal } = new AbortController();
    await link.uploadFile(local, path, { signal, onProgress: () => {} });
    await link.startPrint(path);
    await until(() => link.status()["print_stats"]?.["state"] === "complete");
    expect(link.status()["print_stats"]).toMatchObject({ filename: path });
    const started = printer.record.entries.filter(({ event }) => event === "started");
    expect(started.map((entry) => entry.path)).toEqual([path]);
  });

  it.each(["part.GCODE", "part.nc", "part.ufp", "part.gcode.txt", "two\nlines.gcode"])(
    "never sends the start of %j, which Klipper cannot open",
    async (name) => {
      const printer = await klipper();
      const link = linkTo(socket);
      await sessionOf(link);
      await expect(link.startPrint(name)).rejects.toMatchObject({ code: "bad_request" });
      await link.barrier();
      const events = printer.record.entries.map(({ event }) => event);
      expect(events).not.toContain("start_requested");
    },
  );

  it("says that a Klipper without [virtual_sdcard] takes no files", async () => {
    await klipper({ klipper: { socket, folder, configuredFolder: null } });
    const link = linkTo(socket);
    const { objects } = await sessionOf(link);
    expect(objects).not.toContain("print_stats");
    await expect(link.listFolder("")).rejects.toThrow(/\[virtual_sdcard\]/);
  });

  it("follows a print over a forwarded port that breaks and comes back", async () => {
    const gcodes = {
      "long.gcode": `G28\n${"G1 X10 Y10 F600\nG1 X200 Y200 F600\n".repeat(20)}M400\n`,
    };
    const printer = await klipper({ gcodes });
    const link = linkTo(printer.klippySocket?.tcpAddress ?? "");
    const before = await sessionOf(link);
    await link.startPrint("long.gcode");
    await until(() => link.status()["print_stats"]?.["state"] === "printing");
    printer.faults.dropLink();
    await until(() => link.state.kind === "unreachable");
    link.reconnectNow();
    const after = await sessionOf(link, (session) => session.epoch > before.epoch);
    expect(after.klippyProcess).toBe(before.klippyProcess);
    expect(link.status()["print_stats"]).toMatchObject({
      state: "printing",
      filename: "long.gcode",
    });
    await link.cancelPrint();
    await until(() => link.status()["print_stats"]?.["state"] === "cancelled");
  });

  it("gives up a bridge that leads nowhere any more, and tries again", async () => {
    const printer = await klipper();
    // Fifteen seconds of silence pass in a fraction of one.
    const fast: Clock = {
      now: () => systemClock.now(),
      monotonic: () => systemClock.monotonic() * 50,
      setTimer: (delay, run) => systemClock.setTimer(delay / 50, run),
    };
    const link = linkTo(printer.klippySocket?.tcpAddress ?? "", null, fast);
    await sessionOf(link);
    printer.faults.stallLink(60_000);
    await until(() => link.state.kind !== "connected");
    expect(link.state).toHaveProperty("reason", expect.stringContaining("no sign of life"));
    await sessionOf(link, ({ epoch }) => epoch > 1);
  });

  it("is not held up by another client that never reads, which Klipper cuts off", async () => {
    // Ten seconds to the second: the five that a silent reader is given are not waited for.
    const clock: Clock = { ...systemClock, monotonic: () => systemClock.monotonic() * 10 };
    const printer = await klipper({ clock });
    const lazy = connect(socket).pause();
    const closed = new Promise((resolve) => lazy.on("error", () => {}).once("close", resolve));
    undo.push(async () => void lazy.destroy());
    await once(lazy, "connect");
    lazy.write(`${JSON.stringify({ id: 1, method: "gcode/subscribe_output", params: {} })}\x03`);
    const link = linkTo(socket);
    await sessionOf(link);
    const lines: string[] = [];
    link.onDidReceiveGcode((line) => lines.push(line));
    await until(() => printer.klippySocket?.clientCount === 2);
    for (let n = 0; n < 300; n++) await link.runGcode(`RESPOND MSG="${n} ${"x".repeat(10_000)}"`);
    expect(lines).toHaveLength(300);
    await until(() => printer.klippySocket?.clientCount === 1);
    // It learns of its end only when it reads at last.
    lazy.resume();
    await closed;
    expect(link.state).toMatchObject({ kind: "connected", klippy: "ready" });
  });
});
