import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import WebSocket from "ws";
import * as z from "zod";
import { type BareKlipper, startBareKlipper } from "../support/bareKlipper.ts";
import { until } from "../support/until.ts";

const Frame = z.looseObject({ id: z.unknown().optional(), method: z.string().optional() });

let bare: BareKlipper;

beforeAll(async () => {
  bare = await startBareKlipper();
});
afterAll(() => bare.stop());

async function bridge(): Promise<{ socket: WebSocket; frames: z.output<typeof Frame>[] }> {
  const socket = new WebSocket(`${bare.farm.endpoint(bare.id).replace("http", "ws")}klippysocket`);
  const frames: z.output<typeof Frame>[] = [];
  socket.on("message", (data) => {
    frames.push(Frame.parse(JSON.parse(z.instanceof(Buffer).parse(data).toString("utf8"))));
  });
  socket.on("error", () => {});
  await once(socket, "open");
  return { socket, frames };
}

describe("/klippysocket of a bare Klipper", () => {
  it("is Klipper's own socket: answers and what was subscribed to come as it sends them", async () => {
    const { socket, frames } = await bridge();
    socket.send(JSON.stringify({ id: "mine", method: "info", params: {} }));
    const subscribe = {
      id: 0,
      method: "objects/subscribe",
      params: { objects: { print_stats: null }, response_template: { method: "theirs" } },
    };
    socket.send(JSON.stringify(subscribe));
    await until(() => frames.length >= 2);
    expect(frames).toMatchObject([
      { id: "mine", result: { state: "ready" } },
      { id: 0, result: { status: { print_stats: { state: "standby" } } } },
    ]);
    socket.close();
    await once(socket, "close");
  });

  it("does not let one message be two requests", async () => {
    const { socket, frames } = await bridge();
    const stop = JSON.stringify({ id: 2, method: "emergency_stop", params: {} });
    socket.send(`${JSON.stringify({ id: 1, method: "info", params: {} })}\u0003${stop}`);
    const [code] = await once(socket, "close");
    expect(code).toBe(1007);
    expect(frames).toEqual([]);
    expect(bare.printer.klippy.state).toBe("ready");
  });

  it("ends with Klipper's socket, and is an error while there is none", async () => {
    const { socket } = await bridge();
    const closed = once(socket, "close");
    bare.printer.faults.klippyDisconnect();
    await closed;
    await bare.farm.until(bare.id, "off", (view) => view.link.state === "unreachable");
    const refused = new WebSocket(socket.url);
    const [, response] = await once(refused, "unexpected-response");
    expect(z.looseObject({ statusCode: z.int() }).parse(response).statusCode).toBe(503);
    refused.on("error", () => {});
    refused.terminate();
  });
});
