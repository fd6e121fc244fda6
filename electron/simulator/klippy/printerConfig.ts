import type { PrinterObjects } from "#shared/util/mergeStatus.ts";
import type { MachineOptions } from "./machine.ts";

/** Objects that never change while Klipper runs: the configuration and what is built in. */
export function staticObjects(options: MachineOptions): PrinterObjects {
  const { limits } = options;
  const steppers = ["stepper_x", "stepper_y", "stepper_z"].map((name, axis): [string, object] => [
    name,
    { position_min: limits.minimum[axis], position_max: limits.maximum[axis], position_endstop: 0 },
  ]);
  const macros = [...options.macros].map(([name, lines]): [string, object] => [
    `gcode_macro ${name.toLowerCase()}`,
    { gcode: `\n${lines.join("\n")}`, description: "G-Code macro" },
  ]);
  const settings = {
    printer: {
      kinematics: "cartesian",
      max_velocity: limits.maxVelocity,
      max_accel: limits.maxAcceleration,
    },
    ...Object.fromEntries(steppers),
    extruder: { nozzle_diameter: 0.4, filament_diameter: 1.75, max_temp: 300, min_temp: 0 },
    heater_bed: { max_temp: 130, min_temp: 0 },
    ...(options.gcodesPath === null
      ? {}
      : { virtual_sdcard: { path: options.gcodesPath, on_error_gcode: "TURN_OFF_HEATERS" } }),
    pause_resume: { recover_velocity: 50 },
    display_status: {},
    ...Object.fromEntries(macros),
  };
  return {
    configfile: {
      config: asText(settings),
      settings,
      warnings: [],
      save_config_pending: false,
      save_config_pending_items: {},
    },
    mcu: { mcu_version: "v0.13.0-730-g84104bbbd", mcu_build_versions: "", last_stats: {} },
    heaters: {
      available_heaters: ["heater_bed", "extruder"],
      available_sensors: ["heater_bed", "extruder"],
      available_monitors: [],
    },
    query_endstops: { last_query: {} },
    stepper_enable: { steppers: {} },
    manual_probe: {
      is_active: false,
      z_position: null,
      z_position_lower: null,
      z_position_upper: null,
    },
  };
}

/** The file's own view: every value as text. */
function asText(settings: Record<string, object>): Record<string, Record<string, string>> {
  return Object.fromEntries(
    Object.entries(settings).map(([section, values]) => [
      section,
      Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)])),
    ]),
  );
}
