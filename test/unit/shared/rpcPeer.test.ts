import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseIncoming } from "#shared/rpc/envelope.ts";
import { RpcPeer } from "#shared/rpc/rpcPeer.ts";
import type { Transport } from "#shared/rpc/transport.ts";
import { systemClock } from "#shared/util/clock.ts";
import { Emitter } from "#shared/util/event.ts";

/** The other end of a line, in memory. */
function openLine() {
  const received = new Emitter<string>();
  const closed = new Emitter<string>();
  const sent: string[] = [];
  const transport: Transport = {
    send: (text) => void sent.push(text),
    close: () => closed.fire("closed"),
    onDidReceive: received.event,
    onDidClose: closed.event,
  };
  const peer = new RpcPeer(transport, systemClock);
  return {
    peer,
    sent,
    receive: (frame: unknown) => received.fire(JSON.stringify(frame)),
    received,
    closed,
  };
}

describe("RpcPeer", () => {
  it("settles each call with its own answer, in whatever order they come", async () => {
    const { peer, receive } = openLine();
    const first = peer.call("a");
    const second = peer.call("b");
    receive({ jsonrpc: "2.0", id: 2, result: "for b" });
    receive({ jsonrpc: "2.0", id: 1, result: "for a" });
    expect(await Promise.all([first, second])).toEqual(["for a", "for b"]);
    expect(peer.pendingCount).toBe(0);
  });

  it("rejects with the code and message of an error answer", async () => {
    const { peer, receive } = openLine();
    const call = peer.call("printer.print.start", { filename: "x" });
    receive({ jsonrpc: "2.0", id: 1, error: { code: 400, message: "SD busy" } });
    await expect(call).rejects.toMatchObject({
      name: "RemoteError",
      code: 400,
      message: "SD busy",
    });
  });

  it("rejects everything pending when the line closes, and every later call at once", async () => {
    const { peer, closed } = openLine();
    const call = peer.call("printer.gcode.script");
    closed.fire("1006");
    await expect(call).rejects.toMatchObject({ code: "unavailable" });
    await expect(peer.call("server.info")).rejects.toMatchObject({ code: "unavailable" });
  });

  it("gives up after the deadline and ignores an answer that comes later", async () => {
    const { peer, receive } = openLine();
    await expect(peer.call("server.info", {}, { timeout: 1 })).rejects.toMatchObject({
      code: "timeout",
    });
    receive({ jsonrpc: "2.0", id: 1, result: {} });
    expect(peer.pendingCount).toBe(0);
  });

  it("passes notifications on and reports frames that are no JSON-RPC", () => {
    const { peer, receive, received } = openLine();
    const heard: string[] = [];
    const odd: string[] = [];
    peer.onDidNotify(({ method }) => heard.push(method));
    peer.onDidReceiveInvalid((reason) => odd.push(reason));
    receive({ jsonrpc: "2.0", method: "notify_klippy_ready" });
    received.fire("{nope");
    expect(heard).toEqual(["notify_klippy_ready"]);
    expect(odd).toEqual(["not JSON"]);
  });
});

describe("parseIncoming", () => {
  it("never throws, whatever arrives", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.jsonValue().map((value) => JSON.stringify(value)),
        ),
        (text) => {
          expect(["result", "error", "notification", "invalid"]).toContain(
            parseIncoming(text).kind,
          );
        },
      ),
    );
  });
});
