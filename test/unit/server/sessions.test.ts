import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import WebSocket from "ws";
import { startApiHarness, type ApiHarness, type HarnessPrinter } from "../../support/apiHarness.ts";
import { systemClock } from "#shared/util/clock.ts";
import { ApiClient } from "../../support/apiClient.ts";
import { ManualClock } from "../../support/manualClock.ts";
import { until } from "../../support/until.ts";

describe("websocket clients", () => {
  let api: ApiHarness;
  let printer: HarnessPrinter;
  beforeAll(async () => {
    api = await startApiHarness();
    printer = await api.addPrinter("voron");
  });
  afterAll(() => api.stop());

  const count = async (): Promise<number> => {
    const response = await fetch(`${api.url}server/info`);
    return Number(/"websocket_count":(\d+)/.exec(await response.text())?.[1]);
  };

  it("that do not read are dropped instead of being buffered for", async () => {
    const { port } = new URL(api.url);
    const socket = connect(Number(port), "127.0.0.1");
    socket.write(
      "GET /websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    );
    await once(socket, "data");
    socket.pause();
    expect(await count()).toBe(1);
    socket.on("error", () => {});
    const line = "x".repeat(1024 * 1024);
    for (let sent = 0; sent < 64 && (await count()) > 0; sent++) printer.link.sayGcode(line);
    expect(await count()).toBe(0);
    socket.destroy();
  });

  it("that send too large a frame are closed with the reason", async () => {
    const socket = new WebSocket(`${api.url.replace("http", "ws")}websocket`);
    await once(socket, "open");
    socket.send("x".repeat(5 * 1024 * 1024));
    const [code] = await once(socket, "close");
    expect(code).toBe(1009);
  });

  it("with too many requests in flight are refused more, but never an emergency stop", async () => {
    let release: () => void = () => {};
    printer.engine.held = new Promise((resolve) => (release = resolve));
    const socket = new WebSocket(`${api.url.replace("http", "ws")}websocket`);
    await once(socket, "open");
    const refused: string[] = [];
    socket.on("message", (data: Buffer) => refused.push(data.toString("utf8")));
    const call = (method: string, id: number) =>
      socket.send(JSON.stringify({ jsonrpc: "2.0", method, id }));
    for (let id = 1; id <= 256; id++) call("server.job_queue.start", id);
    call("server.job_queue.status", 300);
    call("printer.emergency_stop", 301);
    await until(() => refused.some((text) => text.includes('"id":301')));
    const tooMany = refused.filter((text) => text.includes("429"));
    // With its id, or the caller would wait for ever.
    expect(tooMany).toEqual([expect.stringContaining('"id":300')]);
    release();
    socket.terminate();
  });

  it("hear something every five seconds, though nothing happens: Mainsail gives a silent server up", async () => {
    const clock = new ManualClock();
    const quiet = await startApiHarness({ clock, networkClock: systemClock });
    const client = await ApiClient.connect(quiet.url);
    const alive = (): number =>
      client.notifications.filter(({ method }) => method === "notify_proc_stat_update").length;
    for (let n = 1; n <= 3; n++) {
      await clock.advance(5000);
      await until(() => alive() >= n);
    }
    expect(alive()).toBe(3);
    await client.close();
    await quiet.stop();
  });

  it("are told when the server stops", async () => {
    const other = await startApiHarness();
    const socket = new WebSocket(`${other.url.replace("http", "ws")}websocket`);
    await once(socket, "open");
    const closed = once(socket, "close");
    await other.stop();
    const [code, reason] = await closed;
    expect([code, String(reason)]).toEqual([1001, "Server Shutdown"]);
  });
});

describe("a port in use", () => {
  it("is said in a sentence that tells what to do", async () => {
    const other = createServer();
    other.listen(0, "127.0.0.1");
    await once(other, "listening");
    const address = other.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    await expect(startApiHarness({ port })).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is already in use.`,
    );
    other.close();
  });
});
