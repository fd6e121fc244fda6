import * as z from "zod";
import { method } from "./method.ts";
import { string } from "./moonrakerArgs.ts";

/** klippy_state as Moonraker's server.info words it. */
export const KlippyState = z.enum(["disconnected", "startup", "ready", "error", "shutdown"]);
export type KlippyState = z.output<typeof KlippyState>;

export const ServerInfo = z.object({
  klippy_connected: z.boolean(),
  klippy_state: KlippyState,
  components: z.array(z.string()),
  failed_components: z.array(z.string()),
  registered_directories: z.array(z.string()),
  warnings: z.array(z.string()),
  websocket_count: z.int(),
  moonraker_version: z.string(),
  missing_klippy_requirements: z.array(z.string()),
  api_version: z.array(z.int()),
  api_version_string: z.string(),
});
export type ServerInfo = z.output<typeof ServerInfo>;

const read = { target: "printer", scope: "read", mutates: false } as const;

/** The server itself and this connection to it. */
export const serverMethods = {
  "server.info": method({
    ...read,
    summary: "Get what this server is and the state of its Klippy",
    params: z.object({}),
    result: ServerInfo,
    http: { verb: "GET", path: "/server/info" },
  }),
  "server.config": method({
    ...read,
    summary: "Get the server's configuration",
    params: z.object({}),
    result: z.object({
      config: z.record(z.string(), z.unknown()),
      orig: z.record(z.string(), z.unknown()),
      files: z.array(z.object({ filename: z.string(), sections: z.array(z.string()) })),
    }),
    http: { verb: "GET", path: "/server/config" },
  }),
  "server.connection.identify": method({
    ...read,
    summary: "Tell the server who is connected; once per connection",
    params: z.object({
      client_name: string("client_name"),
      version: string("version"),
      type: string("type"),
      url: string("url"),
      access_token: z.string().optional(),
      api_key: z.string().optional(),
    }),
    result: z.object({ connection_id: z.int() }),
    websocketOnly: true,
  }),
  "server.websocket.id": method({
    ...read,
    summary: "Get this websocket's connection id",
    params: z.object({}),
    result: z.object({ websocket_id: z.int() }),
    websocketOnly: true,
  }),
  "rpc.discover": method({
    target: "host",
    scope: "read",
    mutates: false,
    summary: "Get the OpenRPC document of this API",
    params: z.object({}),
    result: z.record(z.string(), z.unknown()),
  }),
};
