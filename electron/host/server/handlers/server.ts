import { serverMethods } from "#shared/contract/server.ts";
import { AppError } from "#shared/rpc/errors.ts";
import type { Call, HandlersOf } from "../call.ts";
import { klippyState } from "../endpointStatus.ts";
import { openRpcDocument } from "../openRpc.ts";
import type { HandlerParts } from "../parts.ts";
import type { Session } from "../session.ts";

const CLIENT_TYPES = ["web", "mobile", "desktop", "display", "bot", "agent", "other"];
/** The version of Moonraker's API this server speaks. */
const API_VERSION = [1, 5, 0];
const COMPONENTS = [
  "klippy_connection",
  "application",
  "websockets",
  "file_manager",
  "klippy_apis",
  "job_queue",
];

export function serverHandlers(parts: HandlerParts): HandlersOf<typeof serverMethods> {
  return {
    "server.info": (_, call) => {
      const klippy =
        call.printer === null ? "disconnected" : klippyState(call.printer, call.endpoint);
      return {
        klippy_connected: klippy !== "disconnected",
        klippy_state: klippy,
        components: [...COMPONENTS],
        failed_components: [],
        registered_directories: ["gcodes"],
        warnings: parts.storeNotice === null ? [] : [parts.storeNotice],
        websocket_count: parts.sessionCount(),
        moonraker_version: `nextplate-${parts.version}`,
        missing_klippy_requirements: [],
        api_version: [...API_VERSION],
        api_version_string: API_VERSION.join("."),
      };
    },
    "server.config": (_, call) => {
      const config = configOf(call);
      return { config, orig: config, files: [] };
    },
    "server.connection.identify": (params, call) => {
      const session = sessionOf(call);
      const { identity } = session;
      if (identity !== null) {
        const { name, version, type, url } = identity;
        throw new AppError(
          "bad_request",
          `Connection already identified: {'name': '${name}', 'version': '${version}', 'type': '${type}', 'url': '${url}'}`,
        );
      }
      const type = params.type.toLowerCase();
      if (!CLIENT_TYPES.includes(type)) {
        throw new AppError("bad_request", `Invalid Client Type: ${params.type}`);
      }
      session.identify({
        name: params.client_name,
        version: params.version,
        type,
        url: params.url,
      });
      return { connection_id: session.id };
    },
    "server.websocket.id": (_, call) => ({ websocket_id: sessionOf(call).id }),
    "rpc.discover": () => openRpcDocument(parts.version),
  };
}

/** The sections clients look at: how the queue behaves, and that uploads to print are queued. */
function configOf({ printer }: Call): Record<string, unknown> {
  const options = printer?.engine.snapshot.options;
  return {
    server: { host: "127.0.0.1" },
    file_manager: { queue_gcode_uploads: true },
    ...(options === undefined
      ? {}
      : {
          job_queue: {
            load_on_startup: options.loadOnStartup,
            automatic_transition: options.automaticTransition,
            job_transition_delay: options.jobTransitionDelay,
            job_transition_gcode: options.jobTransitionGcode,
          },
        }),
  };
}

function sessionOf({ session }: Call): Session {
  if (session === null) throw new AppError("bad_request", "Only a websocket connection has an id");
  return session;
}
