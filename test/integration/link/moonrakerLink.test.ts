import { createServer as createHttpServer } from "node:http";
import { createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import type { Clock } from "#shared/util/clock.ts";
import { systemClock } from "#shared/util/clock.ts";
import { createMoonrakerLink } from "../../../electron/host/link/moonrakerLink.ts";
import { testPrinter } from "../../../electron/host/link/moonrakerProbe.ts";
import type { LinkState, PrinterLink } from "../../../electron/host/link/printerLink.ts";
import { type Logger, silentLogger } from "../../../electron/host/log/logger.ts";
import { SimulatedPrinter } from "../../../electron/simulator/simulatedPrinter.ts";
import { sessionOf } from "../../contract/printerLink.conformance.ts";
import { until } from "../../support/until.ts";

const PATIENCE = { timeout: 10_000, interval: 10 };

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function simulated(
  options: Partial<ConstructorParameters<typeof SimulatedPrinter>[0]> = {},
): Promise<SimulatedPrinter> {
  const printer = new SimulatedPrinter({
    name: "p",
    speed: 20,
    clock: systemClock,
    statusInterval: 25,
    restartTime: 100,
    ...options,
  });
  await printer.start();
  undo.push(() => printer.stop());
  return printer;
}

function linkTo(
  url: string,
  options: Partial<Parameters<typeof createMoonrakerLink>[0]> = {},
): PrinterLink {
  const link = createMoonrakerLink({
    resolveUrl: () => Promise.resolve(url),
    apiKey: null,
    clock: systemClock,
    random: () => 0,
    logger: silentLogger,
    clientVersion: "0.0.0",
    ...options,
  });
  undo.push(() => link.stop());
  return link;
}

/** Counts timers that neither ran nor were disposed. */
function countingClock(): { clock: Clock; waiting: () => number } {
  let waiting = 0;
  return {
    waiting: () => waiting,
    clock: {
      ...systemClock,
      setTimer(delay, run) {
        waiting++;
        let open = true;
        const end = (): void => {
          if (open) waiting--;
          open = false;
        };
        const timer = systemClock.setTimer(delay, () => {
          end();
          run();
        });
        return {
          dispose() {
            end();
            timer.dispose();
          },
        };
      },
    },
  };
}

async function listen(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  undo.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("not listening");
  return `http://127.0.0.1:${address.port}`;
}

const kindOf = (link: PrinterLink) => (): LinkState["kind"] => link.state.kind;

describe("a Moonraker that wants a key", () => {
  it("is reported as unauthorized with what to do, and taken as soon as it lets us in", async () => {
    const printer = await simulated();
    printer.faults.requireApiKey("right");
    const link = linkTo(printer.url);
    link.start();
    await expect.poll(kindOf(link), PATIENCE).toBe("unauthorized");
    expect(link.state).toHaveProperty("reason", expect.stringContaining("API key"));
    printer.faults.requireApiKey(null);
    link.reconnectNow();
    await sessionOf(link);
  });

  it("refuses a wrong key, also for transfers and emergency stops", async () => {
    const printer = await simulated();
    printer.faults.requireApiKey("right");
    const link = linkTo(printer.url, { apiKey: "wrong" });
    link.start();
    await expect.poll(kindOf(link), PATIENCE).toBe("unauthorized");
    await expect(link.emergencyStop()).rejects.toThrow(/NOT sent.*API key/);
  });

  it("is content with the right one", async () => {
    const printer = await simulated({ gcodes: { "a.gcode": "G28\n" } });
    printer.faults.requireApiKey("right");
    const link = linkTo(printer.url, { apiKey: "right" });
    link.start();
    await sessionOf(link);
    const { size } = await link.hashFile("a.gcode", new AbortController().signal);
    expect(size).toBe(4);
  });
});

describe("a Klippy that is away", () => {
  it("is connected without a session, says so, and becomes ready when it is switched on", async () => {
    const printer = await simulated({ klippyOff: true });
    const link = linkTo(printer.url);
    link.start();
    await expect.poll(() => link.state, PATIENCE).toMatchObject({ klippy: "disconnected" });
    expect(link.state).toMatchObject({ message: expect.stringContaining("switched on") });
    printer.faults.klippyConnect();
    await sessionOf(link);
  });

  it("shows a shutdown with Klipper's own words", async () => {
    const printer = await simulated();
    const link = linkTo(printer.url);
    link.start();
    await sessionOf(link);
    printer.faults.shutdown("Heater extruder not heating at expected rate");
    await expect
      .poll(() => link.state, PATIENCE)
      .toMatchObject({
        klippy: "shutdown",
        message: expect.stringContaining("Heater extruder not heating"),
      });
  });
});

describe("a Moonraker that restarts", () => {
  it("is found again, and the run of Klippy that went on keeps its name", async () => {
    const printer = await simulated();
    const link = linkTo(printer.url);
    link.start();
    const before = await sessionOf(link);
    await printer.faults.moonrakerRestart();
    const after = await sessionOf(link, ({ epoch }) => epoch > before.epoch);
    expect(after.klippyProcess).toBe(before.klippyProcess);
  });

  it("leaves a name that another start of this program takes up again", async () => {
    const printer = await simulated();
    const first = linkTo(printer.url);
    first.start();
    const before = await sessionOf(first);
    printer.klippy.restart();
    const restarted = await sessionOf(first, (session) => session !== before);
    await first.stop();
    const second = linkTo(printer.url, { previousProcess: restarted.klippyProcess });
    second.start();
    expect((await sessionOf(second)).klippyProcess).toBe(restarted.klippyProcess);
  });
});

describe("a wire that misbehaves", () => {
  it("merges frames that come twice or in the wrong order", async () => {
    const printer = await simulated({ gcodes: { "a.gcode": "G28\nG1 X50 F3000\nM400\n" } });
    printer.faults.duplicateFrames();
    printer.faults.reorderFrames();
    const link = linkTo(printer.url);
    link.start();
    await sessionOf(link);
    await link.startPrint("a.gcode");
    await expect
      .poll(() => link.status()["print_stats"], PATIENCE)
      .toMatchObject({ state: "complete", filename: "a.gcode" });
  });

  it("survives thousands of random frames, and logs only a few of them", async () => {
    const server = createHttpServer();
    const sockets = new WebSocketServer({ server });
    let warnings = 0;
    const logger: Logger = { ...silentLogger, warn: () => void warnings++ };
    let seed = 7;
    const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    sockets.on("connection", (socket) => {
      socket.on("message", (data: Buffer) => {
        const frame: unknown = JSON.parse(data.toString("utf8"));
        const id = typeof frame === "object" && frame !== null && "id" in frame ? frame.id : null;
        socket.send(JSON.stringify({ jsonrpc: "2.0", id, result: { klippy_state: "startup" } }));
      });
      for (let i = 0; i < 5_000; i++) socket.send(randomFrame(random));
      socket.send('{"jsonrpc":"2.0","method":"notify_gcode_response","params":["// still here"]}');
    });
    const link = linkTo(await listen(server), { logger });
    const lines: string[] = [];
    link.onDidReceiveGcode((line) => lines.push(line));
    link.start();
    await expect.poll(() => lines.at(-1), PATIENCE).toBe("// still here");
    await expect.poll(kindOf(link), PATIENCE).toBe("connected");
    expect(link.state).toMatchObject({ epoch: 1, session: null });
    expect(warnings).toBeGreaterThan(5);
    expect(warnings).toBeLessThan(100);
  });

  it("gives up a socket that shows no sign of life, and tries again", async () => {
    const printer = await simulated();
    // Fifteen seconds of silence pass in a fraction of one.
    const fast: Clock = {
      now: () => systemClock.now(),
      monotonic: () => systemClock.monotonic() * 100,
      setTimer: (delay, run) => systemClock.setTimer(delay / 100, run),
    };
    const link = linkTo(printer.url, { clock: fast });
    link.start();
    await sessionOf(link);
    printer.faults.stallLink(60_000);
    await until(() => link.state.kind !== "connected");
    expect(link.state).toHaveProperty("reason", expect.stringContaining("no sign of life"));
    await sessionOf(link, ({ epoch }) => epoch > 1);
  });

  it("tells a dial that is never answered from one that is refused", async () => {
    const silent = await listen(createServer());
    const link = linkTo(silent);
    link.start();
    await expect.poll(kindOf(link), PATIENCE).toBe("unreachable");
    expect(link.state).toHaveProperty("reason", expect.stringContaining("does not answer"));
  });
});

describe("an emergency stop", () => {
  it("takes a fresh connection when the open one is silent", async () => {
    const printer = await simulated();
    const link = linkTo(printer.url);
    link.start();
    await sessionOf(link);
    printer.faults.stallLink(5_000);
    await link.emergencyStop();
    expect(printer.record.entries.map(({ event }) => event)).toContain("shutdown");
  });
});

describe("stop()", () => {
  it("leaves no timer and no socket, whatever was going on", async () => {
    const printer = await simulated();
    const silent = await listen(createServer());
    const { clock, waiting } = countingClock();
    const connected = linkTo(printer.url, { clock });
    const dialing = linkTo(silent, { clock });
    const refused = linkTo("http://127.0.0.1:1", { clock });
    const unresolved = linkTo("", { clock, resolveUrl: () => new Promise(() => {}) });
    const links = [connected, dialing, refused, unresolved];
    for (const link of links) link.start();
    await sessionOf(connected);
    await expect.poll(kindOf(refused), PATIENCE).toBe("unreachable");
    expect(waiting()).toBeGreaterThan(0);
    const pending = connected.runGcode("G4 P600000").catch((error: unknown) => error);
    await Promise.all(links.map((link) => link.stop()));
    expect(await pending).toMatchObject({ code: "unavailable" });
    expect(waiting()).toBe(0);
    const sockets = async (): Promise<string> => (await fetch(`${printer.url}/server/info`)).text();
    await expect.poll(sockets, PATIENCE).toContain('"websocket_count":0');
  });

  it("ends a transfer that is under way", async () => {
    const printer = await simulated({ gcodes: { "big.gcode": "G1 X1\n".repeat(3_000_000) } });
    const link = linkTo(printer.url);
    link.start();
    await sessionOf(link);
    const reading = link
      .hashFile("big.gcode", new AbortController().signal)
      .catch((error: unknown) => error);
    await link.stop();
    expect(await reading).toMatchObject({ code: "unavailable" });
  });
});

describe("testPrinter", () => {
  it("describes the Moonraker it finds", async () => {
    const printer = await simulated();
    expect(await testPrinter(`${printer.url}/`, null)).toMatchObject({
      ok: true,
      klippy_state: "ready",
      moonraker_version: expect.stringMatching(/^v0/),
    });
    const off = await simulated({ klippyOff: true });
    expect(await testPrinter(off.url, null)).toMatchObject({
      ok: true,
      klippy_state: "disconnected",
      hostname: null,
    });
  });

  it("says what is wrong", async () => {
    const locked = await simulated();
    locked.faults.requireApiKey("right");
    const web = await listen(createHttpServer((_request, response) => response.end("<html>")));
    const json = await listen(
      createHttpServer((_request, response) => response.end('{"result":1}')),
    );
    const silent = await listen(createServer());
    const reason = async (address: string): Promise<unknown> => {
      const tested = await testPrinter(address, null);
      return tested.ok ? "ok" : tested.reason;
    };
    const cases = ["", locked.url, web, json, silent, "127.0.0.1:1", "no-such-host.invalid"];
    expect(await Promise.all(cases.map(reason))).toEqual([
      "bad_address",
      "unauthorized",
      "not_moonraker",
      "not_moonraker",
      "timeout",
      "unreachable",
      "unreachable",
    ]);
  });
});

/** Anything a broken server could send: cut JSON, odd types, wrong shapes under right names. */
function randomFrame(random: () => number): string {
  const pick = <T>(items: readonly [T, ...T[]]): T =>
    items[Math.floor(random() * items.length)] ?? items[0];
  const value = (): unknown =>
    pick([null, true, -1, "x", [], {}, [[]], { status: 7 }, [{ print_stats: 3 }, "late"], 1e300]);
  const frame = JSON.stringify({
    jsonrpc: pick(["2.0", "1.0"]),
    id: pick([undefined, null, 1, 2, "a"]) === 1 ? 9_999 : value(),
    method: pick(["notify_status_update", "notify_klippy_ready", undefined, "toString", "x"]),
    params: value(),
    result: value(),
    error: pick([undefined, null, value()]),
  });
  const cut = random() < 0.3 ? frame.slice(0, Math.floor(random() * frame.length)) : frame;
  return random() < 0.1 ? `${cut}\u0000\ud800` : cut;
}
