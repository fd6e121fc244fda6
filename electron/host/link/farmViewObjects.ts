import type { ObjectSelection } from "#shared/contract/printer.ts";

/** Fields of objects that the farm view and the engine read; null = all, where there are only a few. */
const FIELDS: Readonly<Record<string, readonly string[] | null>> = {
  webhooks: ["state", "state_message"],
  print_stats: null,
  virtual_sdcard: ["progress", "is_active", "file_position", "file_size", "file_path"],
  display_status: ["progress", "message"],
  pause_resume: ["is_paused"],
  idle_timeout: ["state"],
  toolhead: ["homed_axes", "position", "print_time", "estimated_print_time", "stalls"],
  gcode_move: ["speed_factor", "extrude_factor"],
  fan: ["speed"],
  exclude_object: ["current_object", "excluded_objects"],
  motion_report: ["live_position"],
  system_stats: ["sysload"],
};

const HEATER = ["temperature", "target", "power"];

/** Heaters and sensors by the first word of their object's name. */
const THERMAL: readonly (readonly [pattern: RegExp, fields: readonly string[]])[] = [
  [/^extruder\d*$/, HEATER],
  [/^heater_bed$/, HEATER],
  [/^heater_generic /, HEATER],
  [/^temperature_fan /, ["temperature", "target", "speed"]],
  [/^temperature_sensor /, ["temperature"]],
];

/**
 * The one subscription of a link, out of the objects the printer has. Named fields keep a farm's traffic
 * small: an object asked for whole sends every change of every field four times a second.
 */
export function farmViewObjects(available: readonly string[]): ObjectSelection {
  const selection: ObjectSelection = {};
  for (const name of available) {
    if (Object.hasOwn(FIELDS, name)) {
      const fields = FIELDS[name] ?? null;
      selection[name] = fields === null ? null : [...fields];
      continue;
    }
    const thermal = THERMAL.find(([pattern]) => pattern.test(name));
    if (thermal !== undefined) selection[name] = [...thermal[1]];
  }
  return selection;
}

/** A selection enlarged by what else is followed, of what the printer has: all fields win over some. */
export function withFollowed(
  selection: ObjectSelection,
  available: readonly string[],
  followed: ObjectSelection,
): ObjectSelection {
  const union: ObjectSelection = { ...selection };
  for (const [name, fields] of Object.entries(followed)) {
    if (!available.includes(name)) continue;
    const present = Object.hasOwn(union, name) ? union[name] : [];
    union[name] =
      fields === null || present === null || present === undefined
        ? null
        : [...new Set([...present, ...fields])];
  }
  return union;
}
