import { describe, expect, it } from "vitest";
import { farmViewObjects } from "../../../electron/host/link/farmViewObjects.ts";

describe("farmViewObjects", () => {
  it("asks for what the farm view shows, of the objects this printer has", () => {
    const chosen = farmViewObjects([
      "gcode",
      "webhooks",
      "configfile",
      "print_stats",
      "extruder",
      "extruder1",
      "extruder_stepper x",
      "heater_generic chamber",
      "temperature_sensor raspberry",
      "temperature_fan exhaust",
      "gcode_macro QUEUE_PAUSE",
      "toString",
    ]);
    expect(Object.keys(chosen).toSorted()).toEqual([
      "extruder",
      "extruder1",
      "heater_generic chamber",
      "print_stats",
      "temperature_fan exhaust",
      "temperature_sensor raspberry",
      "webhooks",
    ]);
    expect(chosen["print_stats"]).toBeNull();
    expect(chosen["extruder1"]).toEqual(["temperature", "target", "power"]);
    expect(chosen["temperature_sensor raspberry"]).toEqual(["temperature"]);
  });
});
