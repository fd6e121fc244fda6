import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import WebSocket, { WebSocketServer } from "ws";
import * as z from "zod";
import { systemClock } from "#shared/util/clock.ts";
import { ApiKeys } from "../../../electron/host/server/apiKeys.ts";
import { startApiHarness, type ApiHarness, type HarnessPrinter } from "../../support/apiHarness.ts";
import { until } from "../../support/until.ts";

/** The printer's Moonraker, whose Klipper says hello and echoes. */
let moonraker: WebSocketServer;
let api: ApiHarness;
let voron: HarnessPrinter;
let keys: ApiKeys;
let dialled: { url: string | undefined; key: unknown }[] = [];

beforeAll(async () => {
  moonraker = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  await once(moonraker, "listening");
  moonraker.on("connection", (socket, { url, headers }) => {
    dialled.push({ url, key: headers["x-api-key"] });
    socket.send('{"hello":1}');
    socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  const address = moonraker.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  api = await startApiHarness({ trustLoopback: false });
  keys = new ApiKeys(api.settings, systemClock);
  voron = await api.addPrinter("voron");
  await api.addPrinter("ender");
  voron.link.becomeReady({});
  voron.link.server = { url: `http://127.0.0.1:${port}`, apiKey: "key-of-the-printer" };
});
afterAll(async () => {
  await api.stop();
  moonraker.close();
});

const dial = async (printer: string, headers: Record<string, string>): Promise<WebSocket> => {
  const url = `${api.url.replace("http", "ws")}printers/${printer}/klippysocket`;
  const socket = new WebSocket(url, { headers });
  socket.on("error", () => {});
  return socket;
};
const refusal = async (printer: string, headers: Record<string, string>): Promise<number> => {
  const socket = await dial(printer, headers);
  const [, response] = await once(socket, "unexpected-response");
  socket.terminate();
  return Number(response.statusCode);
};

describe("the bridge to Klipper's own API", () => {
  it("hands every frame on as it came, both ways, with the printer's key", async () => {
    const { key } = await keys.create("admin", "admin");
    const socket = await dial("voron", { "X-Api-Key": key });
    const heard: string[] = [];
    socket.on("message", (data) => heard.push(z.instanceof(Buffer).parse(data).toString()));
    await once(socket, "open");
    socket.send('{"id":1,"method":"info"}');
    socket.send("not json");
    await until(() => heard.length === 3);
    expect(heard).toEqual(['{"hello":1}', '{"id":1,"method":"info"}', "not json"]);
    expect(dialled).toEqual([{ url: "/klippysocket", key: "key-of-the-printer" }]);
    socket.close();
    await until(() => moonraker.clients.size === 0);
  });

  it("ends when the printer's end does", async () => {
    const { key } = await keys.create("other", "admin");
    const socket = await dial("voron", { "X-Api-Key": key });
    await once(socket, "open");
    for (const client of moonraker.clients) client.close();
    await once(socket, "close");
    expect(moonraker.clients.size).toBe(0);
  });

  it("is for administrators, and for no foreign page", async () => {
    dialled = [];
    const { key } = await keys.create("operator", "operate");
    expect(await refusal("voron", { "X-Api-Key": key })).toBe(403);
    expect(await refusal("voron", {})).toBe(401);
    const { key: admin } = await keys.create("third", "admin");
    const foreign = { "X-Api-Key": admin, Origin: "http://evil.example" };
    expect(await refusal("voron", foreign)).toBe(403);
    expect(dialled).toEqual([]);
  });

  it("is not there while the printer is off, and says so", async () => {
    const { key } = await keys.create("fourth", "admin");
    expect(await refusal("ender", { "X-Api-Key": key })).toBe(503);
    expect(await refusal("nobody", { "X-Api-Key": key })).toBe(404);
  });
});
