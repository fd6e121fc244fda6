import {
  comment,
  commandTemperature,
  firstNumber,
  sum,
  wholeNumber,
  words,
  type Slicer,
} from "./slicer.ts";

/** `1.5m, 0m` in metres; a volumetric printer's `12mm3` says nothing of a length. */
function metres(value: string): number | undefined {
  const lengths = value.split(",").map((part) => /^\s*(\d+(?:\.\d+)?)m\s*$/.exec(part)?.[1]);
  if (lengths.some((length) => length === undefined)) return undefined;
  const total = sum(lengths.join(" "));
  return total === undefined ? undefined : Math.round(total * 1e6) / 1e3;
}

/**
 * Cura: a few comments at the start; `PRINT.*`, `BUILD_PLATE.*` and `EXTRUDER_TRAIN.*` are its Griffin header.
 * Filament type, name, weight and the nozzle are there when the start g-code has the comments that Moonraker's
 * documentation recommends for Cura.
 */
export const cura: Slicer = {
  name: "Cura",
  signature: /^;\s?Generated with Cura_SteamEngine (\S+)/,
  fields: {
    estimated_time: [comment(wholeNumber, "TIME", "PRINT.TIME")],
    filament_total: [comment(metres, "Filament used")],
    filament_weight_total: [comment(sum, "Filament weight")],
    filament_type: [comment(words, "Filament type")],
    filament_name: [comment(words, "Filament name")],
    layer_height: [comment(firstNumber, "Layer height")],
    first_layer_height: [comment(firstNumber, "MINZ", "PRINT.SIZE.MIN.Z")],
    layer_count: [comment(wholeNumber, "LAYER_COUNT")],
    object_height: [comment(firstNumber, "MAXZ", "PRINT.SIZE.MAX.Z")],
    nozzle_diameter: [comment(firstNumber, "Nozzle diameter", "EXTRUDER_TRAIN.0.NOZZLE.DIAMETER")],
    first_layer_extr_temp: [
      commandTemperature("M109", "M104"),
      comment(firstNumber, "EXTRUDER_TRAIN.0.INITIAL_TEMPERATURE"),
    ],
    first_layer_bed_temp: [
      commandTemperature("M190", "M140"),
      comment(firstNumber, "BUILD_PLATE.INITIAL_TEMPERATURE"),
    ],
    chamber_temp: [commandTemperature("M191", "M141")],
    printer_model: [comment(words, "TARGET_MACHINE.NAME")],
  },
};
