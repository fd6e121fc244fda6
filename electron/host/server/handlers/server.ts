import { serverMethods } from "#shared/contract/server.ts";
import { AppError } from "#shared/rpc/errors.ts";
import * as z from "zod";
import { TRUSTED } from "../bearer.ts";
import type { Call, HandlersOf } from "../call.ts";
import { klippyState } from "../endpointStatus.ts";
import { openRpcDocument } from "../openRpc.ts";
import { LIKE_MOONRAKER } from "../moonrakerVersion.ts";
import type { HandlerParts } from "../parts.ts";
import { askPrinter } from "../printerSide.ts";
import type { Session } from "../session.ts";

const CLIENT_TYPES = ["web", "mobile", "desktop", "display", "bot", "agent", "other"];
/** The version of Moonraker's API this server speaks. */
const API_VERSION = [1, 5, 0];
/** What answers here whether the printer is on or off. */
const COMPONENTS = [
  "klippy_connection",
  "application",
  "websockets",
  "database",
  "file_manager",
  "authorization",
  "klippy_apis",
  "machine",
  "data_store",
  "proc_stats",
  "job_state",
  "job_queue",
  "history",
  "announcements",
  "webcam",
];
/** Milliseconds: clients ask for it before they believe that there is a server at all. */
const INFO_WITHIN = 2_000;
const TheirInfo = z.looseObject({
  components: z.array(z.string()).default([]),
  failed_components: z.array(z.string()).default([]),
  registered_directories: z.array(z.string()).default([]),
  warnings: z.array(z.string()).default([]),
  moonraker_version: z.string(),
  missing_klippy_requirements: z.array(z.string()).default([]),
});
const TheirConfig = z.object({
  config: z.record(z.string(), z.unknown()),
  orig: z.record(z.string(), z.unknown()),
  files: z.array(z.object({ filename: z.string(), sections: z.array(z.string()) })),
});

export function serverHandlers(parts: HandlerParts): HandlersOf<typeof serverMethods> {
  return {
    "server.info": async (_, call) => {
      const answer = await askPrinter(parts.stagedNames, "server.info", {}, call, INFO_WITHIN);
      const theirs = TheirInfo.safeParse(answer).data;
      const klippy =
        call.printer === null ? "disconnected" : klippyState(call.printer, call.endpoint);
      const ours = parts.storeNotice === null ? [] : [parts.storeNotice];
      return {
        klippy_connected: klippy !== "disconnected",
        klippy_state: klippy,
        components: [...new Set([...COMPONENTS, ...(theirs?.components ?? [])])],
        failed_components: theirs?.failed_components ?? [],
        registered_directories: [...new Set(["gcodes", ...(theirs?.registered_directories ?? [])])],
        warnings: [...ours, ...(theirs?.warnings ?? [])],
        websocket_count: parts.sessionCount(),
        moonraker_version:
          theirs?.moonraker_version ?? `${LIKE_MOONRAKER}-nextplate-${parts.version}`,
        missing_klippy_requirements:
          klippy === "ready" ? [] : (theirs?.missing_klippy_requirements ?? []),
        api_version: [...API_VERSION],
        api_version_string: API_VERSION.join("."),
      };
    },
    "server.config": async (_, call) => {
      const answer = await askPrinter(parts.stagedNames, "server.config", {}, call);
      const theirs = TheirConfig.safeParse(answer).data;
      const ours = configOf(call);
      if (theirs === undefined) return { config: ours, orig: ours, files: [] };
      return {
        config: { ...theirs.config, ...ours },
        orig: { ...theirs.orig, ...ours },
        files: theirs.files,
      };
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
      const { access_token: token, api_key: key } = params;
      const { remoteAddress, bearer } = session;
      if (token !== undefined && bearer?.kind !== "trusted") {
        session.admit(
          parts.access.checkToken(token, remoteAddress, "Failed to decode JWT: log in again"),
        );
      } else if (key !== undefined && bearer?.kind !== "trusted") {
        session.admit(parts.access.checkKey(key, remoteAddress, "Invalid API Key"));
      } else if (token !== undefined) {
        session.admit(parts.users.bearerOf(token) ?? TRUSTED);
      }
      if (session.bearer === null) throw new AppError("unauthorized", "Unauthorized");
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

/** The sections that are ours: how the queue behaves, and that uploads to print are queued. */
function configOf({ printer }: Call): Record<string, unknown> {
  const options = printer?.engine.snapshot.options;
  return {
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
