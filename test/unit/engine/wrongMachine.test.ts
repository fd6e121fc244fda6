import { describe, expect, it } from "vitest";
import { type FileFacts, fitOf, machineFacts } from "../../../electron/host/engine/wrongMachine.ts";

const MACHINE = {
  tags: ["PLA", "model:Prusa MK4"],
  nozzleDiameter: 0.4,
  height: 210,
  reach: { minX: 0, maxX: 250, minY: -4, maxY: 210 },
};

/** A print in the middle of the plate, unless told. */
const lying = (at: Partial<NonNullable<FileFacts["extents"]>>) => ({
  extents: { minX: 100, maxX: 120, minY: 100, maxY: 120, ...at },
});

describe("whether a file was made for a machine", () => {
  const cases = [
    ["fits by its model", { printer_model: "Prusa MK4" }, "fits"],
    ["fits by a variant of its model", { printer_model: "PRUSA MK4 Input Shaper" }, "fits"],
    ["fits by its nozzle alone", { nozzle_diameter: 0.4 }, "fits"],
    ["is wrong by its model", { printer_model: "Voron 2.4", nozzle_diameter: 0.4 }, "wrong"],
    ["is wrong by a longer name that only begins alike", { printer_model: "Prusa MK4S" }, "wrong"],
    ["is wrong by its nozzle", { printer_model: "Prusa MK4", nozzle_diameter: 0.6 }, "wrong"],
    ["is wrong by its height", { object_height: 250 }, "wrong"],
    ["is not known from a low part", { object_height: 20 }, "unknown"],
    ["is wrong by parts behind the end of X", lying({ maxX: 255 }), "wrong"],
    ["is wrong by parts in front of the start of Y", lying({ minY: -6 }), "wrong"],
    ["is not known from parts within reach", lying({}), "unknown"],
    ["is not known from parts that reach the very edge", lying({ maxX: 250.4 }), "unknown"],
    ["is not known from nothing", {}, "unknown"],
  ] as const;
  for (const [name, file, verdict] of cases) {
    it(`${name}`, () => expect(fitOf(file, MACHINE).verdict).toBe(verdict));
  }

  it("is not known where the printer's tags state no model", () => {
    const machine = { ...MACHINE, tags: ["PLA", "left"] };
    expect(fitOf({ printer_model: "Voron 2.4" }, machine).verdict).toBe("unknown");
  });

  it("names every contradiction", () => {
    expect(fitOf({ nozzle_diameter: 0.6, object_height: 250 }, MACHINE).text).toBe(
      "Sliced for a 0.6 mm nozzle; this printer has 0.4 mm. The part is 250 mm tall; this printer reaches 210 mm.",
    );
  });

  it("says where the parts lie and how far the nozzle reaches", () => {
    expect(fitOf(lying({ maxX: 299.6 }), MACHINE).text).toBe(
      "The parts lie at X 100 to 300, Y 100 to 120 mm; this printer's nozzle reaches X 0 to 250, Y -4 to 210 mm.",
    );
    expect(fitOf(lying({ maxX: 299.6 }), { ...MACHINE, reach: null }).verdict).toBe("unknown");
  });

  it("reads a printer's configuration as Klipper reports it, and nothing from one that does not", () => {
    const status = {
      configfile: { settings: { extruder: { nozzle_diameter: 0.4 }, stepper_z: {} } },
      toolhead: { axis_minimum: [0, -4, -2, 0], axis_maximum: [250, 210, 220, 0] },
    };
    expect(machineFacts({ tags: [] }, status)).toEqual({
      tags: [],
      nozzleDiameter: 0.4,
      height: 220,
      reach: { minX: 0, maxX: 250, minY: -4, maxY: 210 },
    });
    expect(machineFacts({ tags: [] }, {})).toEqual({
      tags: [],
      nozzleDiameter: null,
      height: null,
      reach: null,
    });
  });
});
