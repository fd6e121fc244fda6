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
  const known = Object.keys(status).length > 0;
  if (endpoint.kind === "queue") return known ? asToldBy(endpoint, status) : IDLE_PRINTER;
  if (!known) throw klippyNotConnected();
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

/** What a slicer needs to see of a printer that is off: it can take jobs. No invented temperatures. */
const IDLE_PRINTER: PrinterObjects = {
  webhooks: READY,
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
