import type { PrinterObjects } from "#shared/util/mergeStatus.ts";
import type { FarmPrinter } from "../engine/farm.ts";
import { requirePrinter, type Call } from "./call.ts";
import { asToldBy, klippyState } from "./endpointStatus.ts";
import { LIKE_MOONRAKER } from "./moonrakerVersion.ts";
import type { HandlerParts } from "./parts.ts";

/** The version of OctoPrint's API that Moonraker's compatibility layer says it is. */
const OCTOPRINT = "1.5.0";
/** Uploads in OctoPrint's flavour go the way of Moonraker's. */
export const OCTOPRINT_UPLOAD = "/api/files/local";

/**
 * What slicers set up for OctoPrint read before they upload, in the words of Moonraker's compatibility
 * layer; undefined for paths that are not part of it. Answers are bare, not wrapped in `result`.
 */
export function octoPrintAnswer(
  parts: Pick<HandlerParts, "version" | "stagedNames">,
  method: string,
  path: string,
  call: () => Call,
): object | undefined {
  if (path === "/api/login" && ["GET", "POST"].includes(method)) return LOGIN;
  if (method !== "GET") return undefined;
  switch (path) {
    case "/api/version": {
      const text = `OctoPrint (Moonraker ${LIKE_MOONRAKER}-nextplate-${parts.version})`;
      return { server: OCTOPRINT, api: "0.1", text };
    }
    case "/api/server":
      return { server: OCTOPRINT, safemode: isReady(call()) ? null : "settings" };
    case "/api/settings":
      return SETTINGS;
    case "/api/printerprofiles":
      return profiles(requirePrinter(call()));
    case "/api/job":
      return job(statusOf(parts, call()), call());
    case "/api/printer":
      return printer(statusOf(parts, call()), call());
    default:
      return undefined;
  }
}

const LOGIN = {
  _is_external_client: false,
  _login_mechanism: "apikey",
  name: "_api",
  active: true,
  user: true,
  admin: true,
  apikey: null,
  permissions: [],
  groups: ["admins", "users"],
};
const SETTINGS = {
  plugins: {},
  feature: { sdSupport: false, temperatureGraph: false },
  webcam: { flipH: false, flipV: false, rotate90: false, streamUrl: "", webcamEnabled: false },
};

function isReady(call: Call): boolean {
  return klippyState(requirePrinter(call), call.endpoint) === "ready";
}

function statusOf({ stagedNames }: Pick<HandlerParts, "stagedNames">, call: Call): PrinterObjects {
  const { id, link } = requirePrinter(call);
  return stagedNames.translateStatus(id, asToldBy(call.endpoint, link.status()));
}

/** OctoPrint's words for what a machine does. */
function stateOf(status: PrinterObjects, call: Call): string {
  if (!isReady(call)) return "Offline";
  switch (status["print_stats"]?.["state"]) {
    case "printing":
      return "Printing";
    case "paused":
      return "Paused";
    case "error":
      return "Error";
    default:
      return "Operational";
  }
}

function job(status: PrinterObjects, call: Call): object {
  const stats = status["print_stats"] ?? {};
  const progress = numberOr(0, status["virtual_sdcard"]?.["progress"]);
  const printed = numberOr(0, stats["print_duration"]);
  const total = progress > 0 ? printed / progress : 0;
  const name = typeof stats["filename"] === "string" ? stats["filename"] : "";
  return {
    job: {
      file: { name },
      estimatedPrintTime: total === 0 ? null : total,
      filament: { length: null },
      user: null,
    },
    progress: {
      completion: progress * 100,
      filepos: numberOr(0, status["virtual_sdcard"]?.["file_position"]),
      printTime: printed,
      printTimeLeft: Math.max(0, total - printed),
      printTimeOrigin: null,
    },
    state: stateOf(status, call),
  };
}

function printer(status: PrinterObjects, call: Call): object {
  const text = stateOf(status, call);
  const heaters = Object.entries(status).flatMap(([name, fields]) => {
    const tool = /^extruder(\d*)$/.exec(name);
    const label = name === "heater_bed" ? "bed" : tool === null ? null : `tool${tool[1] || "0"}`;
    if (label === null) return [];
    const actual = numberOr(0, fields["temperature"]);
    return [[label, { actual, offset: 0, target: numberOr(0, fields["target"]) }]];
  });
  return {
    temperature: Object.fromEntries(heaters),
    state: {
      text,
      flags: {
        operational: text !== "Offline" && text !== "Error",
        paused: text === "Paused",
        printing: text === "Printing",
        cancelling: false,
        pausing: false,
        error: text === "Error",
        ready: text === "Operational",
        closedOrError: text === "Offline" || text === "Error",
      },
    },
  };
}

function profiles({ printer: { name } }: FarmPrinter): object {
  const profile = {
    id: "_default",
    name,
    color: "default",
    model: name,
    default: true,
    current: true,
    heatedBed: true,
    heatedChamber: false,
  };
  return { profiles: { _default: profile } };
}

function numberOr(fallback: number, value: unknown): number {
  return typeof value === "number" ? value : fallback;
}
