import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { PrinterObjects } from "#shared/util/mergeStatus.ts";
import { parseIncoming } from "#shared/rpc/envelope.ts";
import { parseNotice, SubscribeAnswer } from "../../../electron/host/link/moonrakerFrames.ts";
import { StatusCache } from "../../../electron/host/link/statusCache.ts";

const FULL: PrinterObjects = {
  print_stats: { state: "standby", filename: "", print_duration: 0 },
  extruder: { temperature: 20, target: 0 },
};

function live(): StatusCache {
  const cache = new StatusCache();
  cache.expectFull();
  cache.setFull(FULL, 10);
  return cache;
}

describe("StatusCache", () => {
  it("keeps the fields an update does not name", () => {
    const cache = live();
    const change = cache.apply({ print_stats: { print_duration: 3 } }, 11);
    expect(change?.delta).toEqual({ print_stats: { print_duration: 3 } });
    expect(cache.status["print_stats"]).toEqual({
      state: "standby",
      filename: "",
      print_duration: 3,
    });
  });

  it("announces nothing when nothing changed", () => {
    expect(live().apply({ extruder: { target: 0 } }, 11)).toBeUndefined();
  });

  it("applies what overtook the full status, and drops what belonged to the subscription before", () => {
    const cache = new StatusCache();
    cache.expectFull();
    cache.apply({ extruder: { target: 99 } }, 9);
    cache.apply({ extruder: { target: 60 } }, 10.25);
    const change = cache.setFull(FULL, 10);
    expect(cache.status["extruder"]).toEqual({ temperature: 20, target: 60 });
    expect(change).toEqual({ delta: cache.status, status: cache.status, eventtime: 10.25 });
  });

  it("takes no updates without a subscription", () => {
    const cache = live();
    cache.discard();
    expect(cache.apply({ extruder: { target: 60 } }, 11)).toBeUndefined();
    expect(cache.status).toEqual({});
  });

  it("lets an overtaken update change only what the newer one left", () => {
    const cache = live();
    cache.apply({ extruder: { temperature: 30 } }, 12);
    cache.apply({ extruder: { temperature: 25, target: 60 } }, 11);
    expect(cache.status["extruder"]).toEqual({ temperature: 30, target: 60 });
  });

  it("follows a recorded print to its last state", () => {
    const cache = new StatusCache();
    cache.expectFull();
    const states: unknown[] = [];
    for (const line of recorded("ws-proof.jsonl")) {
      const frame = parseIncoming(line);
      if (frame.kind === "result") {
        const answer = SubscribeAnswer.safeParse(frame.result);
        if (answer.success) cache.setFull(answer.data.status, answer.data.eventtime);
      } else if (frame.kind === "notification") {
        const notice = parseNotice(frame.method, frame.params);
        if (notice.kind === "status") cache.apply(notice.delta, notice.eventtime);
      }
      const state = cache.status["print_stats"]?.["state"];
      if (state !== undefined && state !== states.at(-1)) states.push(state);
    }
    expect(states.slice(0, 3)).toEqual(["standby", "printing", "complete"]);
    expect(cache.status["extruder"]).toHaveProperty("temperature");
    expect(cache.status["print_stats"]).toHaveProperty("filament_used");
  });
});

function recorded(name: string): readonly string[] {
  return readFileSync(`test/fixtures/moonraker/frames/${name}`, "utf8")
    .split("\n")
    .filter((line) => line.includes('"dir": "in"'))
    .map((line) => {
      const entry: unknown = JSON.parse(line);
      return typeof entry === "object" && entry !== null && "raw" in entry ? String(entry.raw) : "";
    });
}
