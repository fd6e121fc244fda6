import type { PrinterObjects } from "#shared/util/mergeStatus.ts";
import type { Machine } from "./machine.ts";

/** Seconds without motion after which Klipper calls itself Ready again. */
const IDLE_GRACE = 0.4;

/** Idle since boot, Printing while something moves or runs, Ready after it. */
export class IdleTimeout {
  #state: "Idle" | "Ready" | "Printing" = "Idle";
  #since = 0;

  update(time: number, busy: boolean): void {
    if (busy && this.#state !== "Printing") {
      this.#state = "Printing";
      this.#since = time;
    } else if (!busy && this.#state === "Printing") {
      this.#state = "Ready";
    }
  }

  status(time: number): Record<string, unknown> {
    const printing = this.#state === "Printing" ? time - this.#since : 0;
    return { state: this.#state, printing_time: printing, idle_timeout: 3600 };
  }
}

/** Whether the head moves, or has just done so. */
export function isMoving(machine: Machine): boolean {
  return machine.printTime > 0 && machine.printTime + IDLE_GRACE > machine.time;
}

/** Everything that changes, as Klipper's objects report it. */
export function liveObjects(machine: Machine, idle: IdleTimeout): PrinterObjects {
  const { motion, options } = machine;
  machine.advanceHeaters();
  machine.stats.update(machine.time, motion.position[3]);
  const shown = machine.displayProgress;
  const [minX, minY, minZ] = options.limits.minimum;
  const [maxX, maxY, maxZ] = options.limits.maximum;
  const position = [...motion.position];
  return {
    // Both come with [virtual_sdcard] (observed on Klipper v0.13.0-730).
    ...(options.gcodesPath === null
      ? {}
      : { print_stats: machine.stats.status(), virtual_sdcard: machine.sdCard.status() }),
    display_status: {
      progress:
        shown !== null && shown.until > machine.time ? shown.value : machine.sdCard.progress,
      message: machine.displayMessage,
    },
    pause_resume: { is_paused: machine.isPaused },
    idle_timeout: idle.status(machine.time),
    toolhead: {
      position,
      homed_axes: motion.homed,
      print_time: Math.max(0, machine.printTime - machine.bootTime),
      estimated_print_time: machine.time - machine.bootTime,
      stalls: machine.stalls,
      extruder: "extruder",
      max_velocity: options.limits.maxVelocity,
      max_accel: options.limits.maxAcceleration,
      axis_minimum: [minX, minY, minZ, 0],
      axis_maximum: [maxX, maxY, maxZ, 0],
    },
    extruder: {
      ...machine.extruder.status(),
      can_extrude: machine.extruder.status().temperature > 170,
      pressure_advance: 0,
      smooth_time: 0.04,
      motion_queue: null,
    },
    heater_bed: machine.bed.status(),
    fan: { speed: machine.fanSpeed, rpm: null },
    gcode_move: {
      speed_factor: motion.speedFactor,
      extrude_factor: motion.extrudeFactor,
      speed: motion.speed * 60,
      absolute_coordinates: motion.absolute,
      absolute_extrude: motion.absoluteExtrude,
      homing_origin: [0, 0, 0, 0],
      position,
      gcode_position: motion.gcodePosition(),
    },
    motion_report: { live_position: position, live_velocity: isMoving(machine) ? motion.speed : 0 },
    system_stats: { sysload: machine.load, cputime: 1, memavail: 500_000 },
    exclude_object: { objects: [], excluded_objects: [], current_object: null },
  };
}
