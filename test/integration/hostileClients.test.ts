import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import WebSocket from "ws";
import { ApiClient, waitFor } from "../support/apiClient.ts";
import { startApiHarness, type ApiHarness, type HarnessPrinter } from "../support/apiHarness.ts";
import { systemClock } from "#shared/util/clock.ts";
import { SimulatedPrinter } from "../../electron/simulator/simulatedPrinter.ts";
import { FarmDriver } from "../support/farmDriver.ts";
import { startTestHost } from "../support/testHost.ts";
import { until } from "../support/until.ts";

/** Milliseconds; short, so that a test need not wait for the twenty seconds of real life. */
const HEADERS_WITHIN = 400;

let api: ApiHarness;
let printer: HarnessPrinter;
/** Somebody who works here meanwhile. */
let operator: ApiClient;
beforeEach(async () => {
  api = await startApiHarness({ headersWithin: HEADERS_WITHIN });
  printer = await api.addPrinter("voron");
  await api.putFile(printer.id, "a.gcode");
  operator = await ApiClient.connect(api.url);
});
afterEach(async () => {
  await operator.close();
  await api.stop();
});

const websocket = async (url = api.url): Promise<WebSocket> => {
  const socket = new WebSocket(`${url.replace("http", "ws")}websocket`);
  socket.on("error", () => {});
  await once(socket, "open");
  return socket;
};
/** The queues go on: a job can be queued, and is. */
const isAtWork = async (): Promise<boolean> => {
  const before = printer.engine.commands.length;
  await operator.call("server.job_queue.post_job", { filenames: ["a.gcode"] });
  return printer.engine.commands.length === before + 1;
};
const rawSocket = async (address = Number(new URL(api.url).port)): Promise<Socket> => {
  const socket = connect(address, "127.0.0.1");
  socket.on("error", () => {});
  socket.resume();
  await once(socket, "connect");
  return socket;
};

/** The status of a GET with these headers; not fetch, which says of itself what it likes. */
const rawAnswer = (address: string, headers: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    const sent = request(address, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on("error", reject);
    sent.end();
  });

describe("a client that means no good", () => {
  it("cannot hold a connection by sending the head of a request drop by drop", async () => {
    const socket = await rawSocket();
    const closed = once(socket, "close");
    socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n");
    const drops = setInterval(() => socket.write("X-Slow: 1\r\n"), 50);
    await closed;
    clearInterval(drops);
    expect(await isAtWork()).toBe(true);
  });

  it("cannot open more connections than there is room for", async () => {
    const patient = await startApiHarness();
    const address = Number(new URL(patient.url).port);
    const client = await ApiClient.connect(patient.url);
    const sockets: Socket[] = [];
    const open = (): number => sockets.filter(({ closed }) => !closed).length;
    // Ten thousand at one moment would be more than this process may open itself: in waves of 500.
    for (let wave = 0; wave < 20; wave++) {
      sockets.push(...(await Promise.all(Array.from({ length: 500 }, () => rawSocket(address)))));
      await until(() => open() < 1024, 60_000);
    }
    expect(sockets).toHaveLength(10_000);
    expect(open()).toBeGreaterThan(1000);
    await client.call("server.info");
    for (const socket of sockets) socket.destroy();
    await client.close();
    await patient.stop();
  });

  it("is nobody else for saying so in a header", async () => {
    const guarded = await startApiHarness({ trustLoopback: false });
    await guarded.addPrinter("voron");
    for (const headers of [
      { "X-Forwarded-For": "127.0.0.1" },
      { "X-Real-IP": "127.0.0.1" },
      { Forwarded: "for=127.0.0.1;host=localhost" },
      { "X-Forwarded-Host": "localhost", "X-Original-URL": "/access/info" },
      { "X-HTTP-Method-Override": "GET", Origin: guarded.url.slice(0, -1) },
      { Authorization: "Basic YWRtaW46YWRtaW4=" },
      { "X-Client-Cert": "admin", "Remote-User": "admin" },
    ]) {
      const response = await fetch(`${guarded.url}server/job_queue/pause`, {
        method: "POST",
        headers: new Headers(Object.entries(headers)),
      });
      expect(response.status).toBe(401);
    }
    await guarded.stop();
  });

  it("is cut off at a frame of a hundred megabytes, before it is read", async () => {
    const socket = await websocket();
    const closed = once(socket, "close");
    socket.send(Buffer.alloc(100 * 1024 * 1024, 32), () => {});
    const [code] = await closed;
    expect([1006, 1009]).toContain(code);
    expect(await isAtWork()).toBe(true);
  });

  it.each([
    ["a list in lists", (deep: string) => deep],
    ["an id", (deep: string) => `{"jsonrpc":"2.0","method":"server.info","id":${deep}}`],
    [
      "a value to keep",
      (deep: string) =>
        `{"jsonrpc":"2.0","method":"server.database.post_item","params":{"namespace":"n","key":"k","value":${deep}},"id":1}`,
    ],
    [
      "a selection of objects",
      (deep: string) =>
        `{"jsonrpc":"2.0","method":"printer.objects.query","params":{"objects":${deep}},"id":1}`,
    ],
  ])("cannot bring it down with %s, a million deep", async (_, frame) => {
    const socket = await websocket();
    socket.send(frame("[".repeat(1_000_000) + "]".repeat(1_000_000)));
    socket.send('{"jsonrpc":"2.0","method":"server.websocket.id","id":7}');
    expect(await isAtWork()).toBe(true);
    socket.terminate();
  });

  it("is dropped when it asks for much and reads nothing", async () => {
    const socket = await websocket();
    socket.pause();
    const asked = JSON.stringify({ jsonrpc: "2.0", method: "rpc.discover", id: 1 });
    for (let n = 0; n < 1000; n++) {
      socket.send(asked);
      if (n % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    // Dropped by the server: its count of clients says so while this end still does not read.
    await waitFor("the client to be dropped", async () => {
      const info = await operator.call("server.info");
      return Object(info).websocket_count === 1;
    });
    expect(await isAtWork()).toBe(true);
    socket.terminate();
  });

  it("cannot make a browser's picture print, restart or stop", async () => {
    const base = `${api.url}printers/${printer.id}/printer/`;
    for (const path of ["gcode/script?script=G28", "gcode/restart", "emergency_stop"]) {
      const asked = await rawAnswer(base + path, {
        Referer: "http://evil.example/",
        "Sec-Fetch-Site": "cross-site",
        "User-Agent": "Mozilla/5.0",
      });
      expect(asked).toBe(403);
    }
    expect(printer.link.requests.filter(({ method }) => /restart|script/.test(method))).toEqual([]);
  });

  it("cannot open a websocket from a foreign page, at any endpoint", async () => {
    for (const path of ["", `printers/${printer.id}/`, `printers/${printer.id}/queue/`]) {
      const address = `${api.url.replace("http", "ws")}${path}websocket`;
      const socket = new WebSocket(address, { headers: { Origin: "http://evil.example" } });
      socket.on("error", () => {});
      const [, response] = await once(socket, "unexpected-response");
      expect(response.statusCode).toBe(403);
      socket.terminate();
    }
  });

  it("cannot make a browser's form print", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded"]) {
      const response = await fetch(`${api.url}printer/print/start`, {
        method: "POST",
        headers: { "Content-Type": type, Origin: "http://evil.example" },
        body: "filename=a.gcode",
      });
      expect(response.status).toBe(403);
    }
    expect(printer.engine.commands).toEqual([]);
  });
});

describe("the queue of a printer", () => {
  it("goes on, print after print, while all of this is done to its host at once", async () => {
    const rig = new SimulatedPrinter({ name: "rig", speed: 200, clock: systemClock });
    await rig.start();
    const dataDir = await mkdtemp(join(tmpdir(), "nextplate-hostile-"));
    const host = await startTestHost({ dataDir });
    const farm = await FarmDriver.connect(host.url);
    const id = await farm.addPrinter("rig", rig.url, "self_clearing");
    await farm.until(id, "ready", (view) => view.activity === "idle");
    await farm.upload(id, "part.gcode", "G28\nG90\nG92 E0\nG1 X10 F3000\nG4 P60000\nM400\n");
    const files = [{ filename: "part.gcode", copies: 4 }];
    await farm.client.call("farm.queue.post", { printer: id, files, start: true });
    await farm.clearPlate(id);

    const port = Number(new URL(host.url).port);
    const sockets = await Promise.all(Array.from({ length: 700 }, () => rawSocket(port)));
    for (const socket of sockets) socket.write("GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
    const deaf = await websocket(host.url);
    deaf.pause();
    const loud = await websocket(host.url);
    loud.send(Buffer.alloc(100 * 1024 * 1024, 32), () => {});
    const deep = await websocket(host.url);
    const discover = JSON.stringify({ jsonrpc: "2.0", method: "rpc.discover", id: 1 });
    const started = (): number =>
      rig.record.entries.filter(({ event }) => event === "started").length;
    while (started() < 4) {
      for (let n = 0; n < 20; n++) deaf.send(discover, () => {});
      deep.send("[".repeat(100_000), () => {});
      const page = { Origin: "http://evil.example" };
      const cancel = `${host.url}printers/${id}/printer/print/cancel`;
      const answer = await fetch(cancel, { method: "POST", headers: page });
      expect(answer.status).toBe(403);
      for (const socket of sockets) if (!socket.closed) socket.write("drop");
    }
    await farm.runDry(id, "self_clearing");
    expect(started()).toBe(4);

    for (const socket of sockets) socket.destroy();
    for (const socket of [deaf, loud, deep]) socket.terminate();
    await farm.close();
    await host.stop();
    await rig.stop();
    await rm(dataDir, { recursive: true, force: true });
  });
});
