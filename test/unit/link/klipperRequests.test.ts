import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RemoteError } from "#shared/rpc/errors.ts";
import { RpcPeer } from "#shared/rpc/rpcPeer.ts";
import { Emitter } from "#shared/util/event.ts";
import { relay } from "../../../electron/host/link/klipperRelay.ts";
import { printScript, runScript } from "../../../electron/host/link/klipperRequests.ts";
import { parseGcodeLine } from "../../../electron/simulator/klippy/gcodeLine.ts";
import { ManualClock } from "../../support/manualClock.ts";

/** A peer whose frames are kept, and answered with nothing or with Klipper's kind of error. */
function recordingPeer(error?: string): { peer: RpcPeer; sent: string[] } {
  const received = new Emitter<string>();
  const sent: string[] = [];
  const transport = {
    send: (text: string): void => {
      sent.push(text);
      const { id } = JSON.parse(text) as { id: number };
      const failure = { error: { error: "WebRequestError", message: error } };
      queueMicrotask(() =>
        received.fire(JSON.stringify({ id, ...(error === undefined ? { result: {} } : failure) })),
      );
    },
    close: (): void => {},
    onDidReceive: received.event,
    onDidClose: new Emitter<string>().event,
  };
  return { peer: new RpcPeer(transport, new ManualClock()), sent };
}

describe("the script that prints a file", () => {
  it("names the file exactly, whatever its name holds", () => {
    const names = fc
      .string({ unit: "grapheme", minLength: 1 })
      .filter((name) => !/\p{Cc}/u.test(name));
    fc.assert(
      fc.property(names, (name) => {
        const path = `nextplate/0011aabb/${name}.gcode`;
        const line = parseGcodeLine(printScript(path));
        expect(line?.command).toBe("SDCARD_PRINT_FILE");
        expect(line?.params["FILENAME"]).toBe(path);
      }),
    );
  });

  it.each(["a.GCODE", "a.txt", "a.gcode.part", 'a"\nM112\n.gcode', "a\u0000.gcode"])(
    "is not made for %j",
    (path) => {
      expect(() => printScript(path)).toThrow(/Klipper cannot open/);
    },
  );
});

describe("what leaves for Klipper", () => {
  it("holds no half of a surrogate pair, which would shut it down", async () => {
    const { peer, sent } = recordingPeer();
    await runScript(peer, "M117 \ud83d rest");
    expect(sent[0]).toContain("M117 \ufffd rest");
    await runScript(peer, "M117 💥");
    expect(sent[1]).toContain("M117 💥");
  });

  it("is never mistyped by a client whose request is handed on", async () => {
    const { peer, sent } = recordingPeer();
    const bad: readonly (readonly [string, unknown])[] = [
      ["printer.objects.query", { objects: ["print_stats"] }],
      ["printer.objects.query", { objects: { print_stats: "state" } }],
      ["printer.objects.query", undefined],
      ["printer.gcode.script", { script: 5 }],
      ["printer.gcode.script", []],
    ];
    for (const [method, params] of bad) {
      await expect(relay(peer, method, params)).rejects.toBeInstanceOf(RemoteError);
    }
    expect(sent).toEqual([]);
  });

  it("is nothing for what needs a Moonraker", async () => {
    const { peer, sent } = recordingPeer();
    await expect(relay(peer, "server.files.list", {})).rejects.toMatchObject({ code: -32601 });
    await expect(relay(peer, "toString", {})).rejects.toMatchObject({ code: -32601 });
    expect(sent).toEqual([]);
  });

  it("comes back refused under Moonraker's number, with Klipper's words", async () => {
    const { peer } = recordingPeer("SD busy");
    await expect(runScript(peer, "M400")).rejects.toMatchObject({ code: 400, message: "SD busy" });
  });
});
