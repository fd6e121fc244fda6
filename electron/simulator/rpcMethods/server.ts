import { number, text } from "../moonraker/arguments.ts";
import { ServerError } from "../moonraker/serverError.ts";
import type { MethodTable } from "./method.ts";

const COMPONENTS =
  "secrets template klippy_connection jsonrpc internal_transport application websockets database dbus_manager file_manager authorization klippy_apis shell_command machine data_store proc_stats job_state job_queue history http_client announcements webcam extensions";
const CLIENT_TYPES = ["web", "mobile", "desktop", "display", "bot", "agent", "other"];

export const serverMethods: MethodTable = {
  "server.info": (_args, { moonraker }) => ({
    klippy_connected: moonraker.options.klippy.state !== "disconnected",
    klippy_state: moonraker.options.klippy.state,
    components: COMPONENTS.split(" "),
    failed_components: [],
    registered_directories: ["config", "logs", "gcodes", "config_examples", "docs"],
    warnings: [],
    websocket_count: moonraker.sessions.size,
    moonraker_version: "v0.10.0-31-gd5ee171",
    missing_klippy_requirements: [],
    api_version: [1, 5, 0],
    api_version_string: "1.5.0",
  }),
  "server.config": (_args, { moonraker }) => {
    const { automaticQueue: automatic, loadsOnStartup, queuesUploads } = moonraker.options;
    const config = {
      server: { host: "127.0.0.1", port: 7125, max_upload_size: 1024 },
      file_manager: { queue_gcode_uploads: queuesUploads, enable_object_processing: false },
      job_queue: {
        load_on_startup: loadsOnStartup,
        automatic_transition: automatic,
        job_transition_delay: 0.01,
        job_transition_gcode: "",
      },
      history: {},
    };
    const orig = {
      server: { host: "127.0.0.1" },
      job_queue: { automatic_transition: `${automatic}` },
    };
    const files = [{ filename: "moonraker.conf", sections: Object.keys(config) }];
    return { config, orig, files };
  },
  "server.connection.identify": (args, { session, moonraker }) => {
    for (const key of ["client_name", "version", "type", "url"]) text(args, key);
    const type = text(args, "type");
    if (!CLIENT_TYPES.includes(type.toLowerCase())) {
      throw new ServerError(400, `Invalid Client Type: ${type}`);
    }
    if (session === null) throw new ServerError(404, "Method not found for transport HTTP");
    if (!session.isAuthorized) {
      const key = args["api_key"];
      if (key === undefined) throw new ServerError(401, "Unauthorized");
      if (key !== moonraker.options.faults.apiKey) throw new ServerError(401, "Invalid API Key");
      session.isAuthorized = true;
    }
    session.identify(`{'name': '${text(args, "client_name")}'}`);
    return { connection_id: session.id };
  },
  "server.websocket.id": (_args, { session }) => ({ websocket_id: session?.id ?? 0 }),
  "server.gcode_store": (args, { moonraker }) => ({
    gcode_store: moonraker.gcodeStore.slice(-number(args, "count", 1000)),
  }),
  "server.temperature_store": (_args, { moonraker }) => {
    const { extruder, bed } = moonraker.options.klippy.machine;
    const series = (status: { temperature: number; target: number; power: number }): object => ({
      temperatures: [status.temperature],
      targets: [status.target],
      powers: [status.power],
    });
    return { extruder: series(extruder.status()), heater_bed: series(bed.status()) };
  },
  "server.restart": (_args, { moonraker }) => {
    moonraker.options.restart();
    return "ok";
  },
  "machine.system_info": (_args, { moonraker }) => ({
    system_info: {
      cpu_info: { cpu_count: 4, processor: "armv7l", model: "Simulated board" },
      distribution: { name: "Simulated Linux", id: "simulated", version: "1", codename: "loop" },
      network: {
        eth0: {
          mac_address: moonraker.options.macAddress,
          ip_addresses: [{ family: "ipv4", address: "127.0.0.1", is_link_local: false }],
        },
      },
      virtualization: { virt_type: "none", virt_identifier: "none" },
      available_services: ["klipper", "moonraker"],
      service_state: { klipper: { active_state: "active", sub_state: "running" } },
    },
  }),
  "machine.proc_stats": () => ({ moonraker_stats: [], throttled_state: null, cpu_temp: 40 }),
};
