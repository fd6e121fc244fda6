import type { KlippyState } from "#shared/contract/server.ts";
import { AppError } from "#shared/rpc/errors.ts";
import type { PrinterObjects } from "#shared/util/mergeStatus.ts";
import type { FarmPrinter } from "../engine/farm.ts";
import type { Endpoint } from "./endpoints.ts";

/**
 * klippy_state of a printer as its endpoint tells it. Ready means that its values are known; until then
 * it is starting up, as Moonraker has it.
 */
export function klippyState({ link }: FarmPrinter, endpoint: Endpoint): KlippyState {
  if (endpoint.kind === "queue") return "ready";
  return trueKlippyState(link.state);
}

export function trueKlippyState(state: FarmPrinter["link"]["state"]): KlippyState {
  if (state.kind !== "connected") return "disconnected";
  return state.klippy === "ready" && state.session === null ? "startup" : state.klippy;
}

/** All objects an endpoint knows of its printer. Throws `unavailable` while there is no Klippy behind it. */
export function endpointStatus({ link }: FarmPrinter, endpoint: Endpoint): PrinterObjects {
  const status = link.status();
  if (endpoint.kind === "queue") {
    const { state } = link;
    const isWhole = state.kind === "connected" && state.session !== null;
    return asToldBy(endpoint, isWhole ? status : { ...IDLE_PRINTER, ...status });
  }
  if (Object.keys(status).length === 0) throw klippyNotConnected();
  return status;
}

/** A printer's objects as an endpoint tells them: where jobs are queued, Klippy is always ready. */
export function asToldBy(endpoint: Endpoint, status: PrinterObjects): PrinterObjects {
  return endpoint.kind === "queue" ? { ...status, webhooks: READY } : status;
}

export function klippyNotConnected(): AppError {
  return new AppError("unavailable", "Klippy Host not connected");
}

const READY = { state: "ready", state_message: "Printer is ready" };

const ORIGIN = [0, 0, 0, 0];

/**
 * What clients need to see of a printer that is off: it can take jobs. A machine without parts, not homed, as
 * Klipper tells one; no invented temperatures. KlipperScreen and Mobileraker do not show a printer without
 * configuration, toolhead and moves.
 */
const IDLE_PRINTER: PrinterObjects = {
  webhooks: READY,
  configfile: {
    config: {},
    settings: {},
    warnings: [],
    save_config_pending: false,
    save_config_pending_items: {},
  },
  toolhead: {
    homed_axes: "",
    position: ORIGIN,
    extruder: "",
    print_time: 0,
    estimated_print_time: 0,
  },
  gcode_move: {
    speed_factor: 1,
    speed: 0,
    extrude_factor: 1,
    absolute_coordinates: true,
    absolute_extrude: true,
    homing_origin: ORIGIN,
    position: ORIGIN,
    gcode_position: ORIGIN,
  },
  motion_report: { live_position: ORIGIN, live_velocity: 0, live_extruder_velocity: 0 },
  print_stats: {
    filename: "",
    total_duration: 0,
    print_duration: 0,
    filament_used: 0,
    state: "standby",
    message: "",
    info: { total_layer: null, current_layer: null },
  },
  virtual_sdcard: {
    file_path: null,
    progress: 0,
    is_active: false,
    file_position: 0,
    file_size: 0,
  },
  pause_resume: { is_paused: false },
  display_status: { progress: 0, message: null },
  idle_timeout: { state: "Idle", printing_time: 0 },
};
