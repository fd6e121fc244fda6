import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseIncoming } from "#shared/rpc/envelope.ts";
import {
  parseHistory,
  parseNotice,
  PrinterInfoAnswer,
  ServerInfoAnswer,
  UploadAnswer,
} from "../../../electron/host/link/moonrakerFrames.ts";

const FRAMES = "test/fixtures/moonraker/frames";

describe("parseNotice", () => {
  it("reads every notification ever recorded", () => {
    const counts = new Map<string, number>();
    for (const file of readdirSync(FRAMES).filter((name) => !name.startsWith("uds"))) {
      for (const line of readFileSync(`${FRAMES}/${file}`, "utf8").split("\n")) {
        if (!line.includes('"dir": "in"')) continue;
        const entry: unknown = JSON.parse(line);
        if (typeof entry !== "object" || entry === null || !("raw" in entry)) continue;
        const frame = parseIncoming(String(entry.raw));
        if (frame.kind !== "notification") continue;
        const { kind } = parseNotice(frame.method, frame.params);
        counts.set(kind, (counts.get(kind) ?? 0) + 1);
      }
    }
    expect(counts.get("bad")).toBeUndefined();
    const kinds = ["gcode", "history", "klippy", "other", "status"];
    expect(kinds.filter((kind) => (counts.get(kind) ?? 0) > 5)).toEqual(kinds);
  });

  it("never throws, whatever the params are", () => {
    const method = fc.constantFrom(
      "notify_status_update",
      "notify_klippy_ready",
      "notify_gcode_response",
      "notify_history_changed",
      "toString",
    );
    fc.assert(
      fc.property(method, fc.array(fc.anything(), { maxLength: 3 }), (name, params) => {
        expect(parseNotice(name, params)).toHaveProperty("kind");
      }),
      { numRuns: 500 },
    );
  });
});

describe("answers of a printer", () => {
  it("count an unknown state of Klippy as an error: nothing may start on it", () => {
    expect(ServerInfoAnswer.parse({ klippy_state: "dreaming" }).klippy_state).toBe("error");
  });

  it("are read where members are missing or of another type", () => {
    expect(PrinterInfoAnswer.parse({ process_id: "many" })).toMatchObject({ process_id: null });
  });

  it("give the history entries that can be read, and leave the others", () => {
    const jobs = [{ filename: "no id" }, { job_id: "000004", filename: "a.gcode" }, null, 7];
    expect(parseHistory({ count: 4, jobs })).toEqual([
      { jobId: "000004", filename: "a.gcode", status: "unknown", startTime: 0, endTime: null },
    ]);
  });

  it("are taken bare, as Moonraker sends an upload's, and wrapped", () => {
    const item = { path: "a.gcode", root: "gcodes", size: 3, modified: 1.5 };
    expect(UploadAnswer.parse({ item, action: "create_file" }).item.size).toBe(3);
    expect(UploadAnswer.parse({ result: { item } }).item.modified).toBe(1.5);
  });
});
