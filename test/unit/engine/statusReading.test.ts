import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readStatus } from "../../../electron/host/engine/statusReading.ts";

const foreign = fc.dictionary(
  fc.constantFrom("print_stats", "virtual_sdcard", "extruder", "heater_bed", "fan"),
  fc.dictionary(
    fc.constantFrom("state", "filename", "progress", "info", "temperature", "target", "x"),
    fc.anything(),
  ),
);

describe("reading a status", () => {
  it("takes what the board shows and leaves the rest", () => {
    const reading = readStatus({
      print_stats: {
        state: "printing",
        filename: "a.gcode",
        print_duration: 12.5,
        info: { current_layer: 3, total_layer: null },
      },
      virtual_sdcard: { progress: 0.25, file_position: 100 },
      heater_bed: { temperature: 60, target: 60, power: 0.5 },
      extruder: { temperature: 210.4, target: 215 },
      "temperature_sensor board": { temperature: 41 },
    });
    expect(reading).toEqual({
      state: "printing",
      filename: "a.gcode",
      progress: 0.25,
      filePosition: 100,
      printDuration: 12.5,
      layer: 3,
      layerCount: null,
      temperatures: [
        { name: "extruder", temperature: 210.4, target: 215 },
        { name: "heater_bed", temperature: 60, target: 60 },
      ],
    });
  });

  it("never throws and never passes on what is no number, whatever a printer sends", () => {
    fc.assert(
      fc.property(foreign, (status) => {
        const reading = readStatus(status);
        expect(typeof reading.state).toBe("string");
        expect(Number.isFinite(reading.progress)).toBe(true);
        for (const { temperature, target } of reading.temperatures) {
          expect(Number.isFinite(temperature) && Number.isFinite(target)).toBe(true);
        }
      }),
    );
  });
});
