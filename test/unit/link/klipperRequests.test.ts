import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RemoteError } from "#shared/rpc/errors.ts";
import { RpcPeer } from "#shared/rpc/rpcPeer.ts";
import { Emitter } from "#shared/util/event.ts";
import { relay } from "../../../electron/host/link/klipperRelay.ts";
import {
  printScript,
  runScript,
  subscribeObjects,
} from "../../../electron/host/link/klipperRequests.ts";
import { parseGcodeLine } from "../../../electron/simulator/klippy/gcodeLine.ts";
import {
  anyScript as script,
  anySelection as selection,
  anyText as text,
  harmIn,
} from "../../support/klippyRules.ts";
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

const METHODS = [
  "printer.info",
  "printer.objects.list",
  "printer.objects.query",
  "printer.objects.subscribe",
  "printer.gcode.script",
  "printer.gcode.help",
  "printer.print.pause",
  "printer.restart",
  "printer.emergency_stop",
  "server.info",
  "gcode/script",
  "register_remote_method",
  "toString",
];
/** What a foreign client may ask: right, nearly right, or anything. */
const asked = fc.record({
  method: fc.oneof(fc.constantFrom(...METHODS), text),
  params: fc.oneof(
    fc.record({ script }),
    fc.record({ objects: selection, response_template: fc.anything() }),
    fc.record({ script: fc.anything(), objects: fc.anything() }),
    fc.jsonValue(),
    fc.anything(),
  ),
});

describe("what leaves for Klipper", () => {
  it("can do it no harm, whatever a foreign client asks and whatever names and scripts hold", async () => {
    const { peer, sent } = recordingPeer();
    const given = fc.record({ asked, script, selection });
    await fc.assert(
      fc.asyncProperty(given, async (one) => {
        sent.length = 0;
        await relay(peer, one.asked.method, one.asked.params).catch(() => {});
        await runScript(peer, one.script).catch(() => {});
        await subscribeObjects(peer, one.selection).catch(() => {});
        expect(sent.map(harmIn).filter((harm) => harm !== null)).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    "SDCARD_PRINT_FILE FILENAME=",
    'SDCARD_PRINT_FILE FILENAME=""',
    "G28\nsdcard_print_file filename='' ; nothing",
    'N4 SDCARD_PRINT_FILE A=1 "FILENAME="',
  ])("is never %j, the start of a file without a name, which would shut it down", async (line) => {
    const { peer, sent } = recordingPeer();
    await expect(runScript(peer, line)).rejects.toMatchObject({
      code: 400,
      message: "Unable to open file",
    });
    expect(sent).toEqual([]);
  });

  it.each([
    'SDCARD_PRINT_FILE FILENAME="; a.gcode"',
    'SDCARD_PRINT_FILE FILENAME=" a.gcode"',
    "SDCARD_PRINT_FILE",
    'SET_GCODE_VARIABLE MACRO=A VARIABLE=b VALUE="" FILENAME=',
  ])("is %j as it was written", async (line) => {
    const { peer, sent } = recordingPeer();
    await runScript(peer, line);
    expect(sent).toHaveLength(1);
  });

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
