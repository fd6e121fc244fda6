import { describe, expect, it } from "vitest";
import { type PlateEvent, plateOf } from "../../support/plateRecord.ts";

const event = (time: number, name: string, path?: string): PlateEvent => ({
  time,
  event: name,
  path,
});

describe("what a machine's record says of its plate", () => {
  it("counts a start sent onto a part, and a print begun on one", () => {
    const record = [
      event(0, "start_requested", "a.gcode"),
      event(1, "started", "a.gcode"),
      event(60_000, "finished", "a.gcode"),
      event(70_000, "start_requested", "b.gcode"),
      event(70_001, "started", "b.gcode"),
    ];
    expect(plateOf(record, [], false)).toMatchObject({
      sentOnto: ["b.gcode"],
      collisions: ["b.gcode"],
      isPrinting: true,
    });
    expect(plateOf(record, [65_000], false)).toMatchObject({ sentOnto: [], collisions: [] });
  });

  it("excuses a start that was on its way when the machine performed an old one, and no later one", () => {
    const record = (asked: number): readonly PlateEvent[] => [
      event(0, "start_requested", "a.gcode"),
      event(20_000, "again"),
      event(20_000, "started", "a.gcode"),
      event(asked, "start_requested", "a.gcode"),
    ];
    const performed = new Map([["a.gcode", 1]]);
    expect(plateOf(record(23_000), [], false)).toMatchObject({ sentOnto: [], performed });
    expect(plateOf(record(50_000), [], false)).toMatchObject({ sentOnto: ["a.gcode"], performed });
  });
});
