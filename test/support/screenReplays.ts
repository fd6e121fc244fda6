import * as z from "zod";
import { ApiClient } from "./apiClient.ts";
import { getJson, Wrapped } from "./httpJson.ts";

const Info = z.looseObject({
  klippy_connected: z.boolean(),
  klippy_state: z.string(),
  components: z.array(z.string()),
  warnings: z.array(z.string()),
  failed_components: z.array(z.string()),
  missing_klippy_requirements: z.array(z.string()),
});
const Objects = z.object({ objects: z.array(z.string()) });
const statusOf = <T extends z.ZodRawShape>(shape: T) =>
  z.object({ status: z.looseObject(shape), eventtime: z.number() });

/** A screen that is connected, and the state of the printer that it shows; null = it waits for Klippy. */
export interface Shown {
  readonly client: ApiClient;
  readonly state: string | null;
}

/** What KlipperScreen follows of every printer (screen.py, ws_subscribe). */
const FOLLOWED_BY_KLIPPERSCREEN = {
  bed_mesh: ["profile_name", "mesh_max", "mesh_min", "probed_matrix", "profiles"],
  configfile: ["config", "warnings"],
  display_status: ["progress", "message"],
  fan: ["speed"],
  gcode_move: ["extrude_factor", "gcode_position", "homing_origin", "speed_factor", "speed"],
  idle_timeout: ["state"],
  pause_resume: ["is_paused"],
  print_stats: ["print_duration", "total_duration", "filament_used", "filename", "state", "info"],
  toolhead: ["homed_axes", "estimated_print_time", "print_time", "position", "extruder"],
  virtual_sdcard: ["file_position", "is_active", "progress"],
  webhooks: ["state", "state_message"],
  motion_report: ["live_position", "live_velocity", "live_extruder_velocity"],
};

/**
 * What KlipperScreen sends until its main menu shows, in its order, from its sources: ks_includes/
 * KlippyRest.py and KlippyWebsocket.py (the way in), screen.py (socket_connected, init_moonraker_components,
 * init_klipper, set_printer_info to _finish_init), ks_includes/MoonrakerApi.py (the calls), printer.py
 * (reinit, evaluate_state) and files.py. Rejects where one of its callbacks would raise.
 */
export async function connectAsKlipperScreen(endpoint: string): Promise<Shown> {
  await getJson(`${endpoint}server/info`, Wrapped(Info));
  const token = await getJson(`${endpoint}access/oneshot_token`, Wrapped(z.string().min(1)));
  const client = await ApiClient.connect(endpoint, { query: `?token=${token.result}` });
  await client.call("server.connection.identify", {
    client_name: "KlipperScreen",
    version: "v0.4.6",
    type: "display",
    url: "https://github.com/KlipperScreen/KlipperScreen",
  });
  const info = await client.ask(Info, "server.info", {});
  if (info.components.includes("power")) {
    const Devices = z.object({ devices: z.array(z.looseObject({ device: z.string() })) });
    await client.ask(Devices, "machine.device_power.devices", {});
  }
  if (info.components.includes("webcam")) {
    await client.ask(z.object({ webcams: z.array(z.unknown()) }), "server.webcams.list", {});
  }
  if (!info.klippy_connected) {
    await client.ask(Info, "server.info", {});
    return { client, state: null };
  }
  await client.ask(z.looseObject({ software_version: z.string() }), "printer.info", {});
  const Configured = statusOf({ configfile: z.looseObject({ config: z.looseObject({}) }) });
  await client.ask(Configured, "printer.objects.query", { objects: { configfile: null } });
  const { objects } = await client.ask(Objects, "printer.objects.list", {});
  const Whole = statusOf({
    webhooks: z.looseObject({ state: z.string() }),
    print_stats: z.looseObject({ state: z.string() }),
  });
  const all = { objects: Object.fromEntries(objects.map((name) => [name, null])) };
  const { status } = await client.ask(Whole, "printer.objects.query", all);
  // An error of this one is logged, and nothing else.
  await client.call("printer.gcode.help", {}).catch(String);
  const System = z.object({ system_info: z.looseObject({}) });
  await client.ask(System, "machine.system_info", {});
  await client.ask(z.looseObject({ config: z.looseObject({}) }), "server.config", {});
  await client.call("printer.objects.subscribe", { objects: FOLLOWED_BY_KLIPPERSCREEN });
  await client.ask(z.looseObject({}), "server.temperature_store", {});
  if (status.webhooks.state === "ready") await listAsKlipperScreen(client);
  return { client, state: status.webhooks.state };
}

/** Its list of files, each with its metadata, and the folders (files.py, refresh_files). */
async function listAsKlipperScreen(client: ApiClient): Promise<void> {
  const File = z.looseObject({ path: z.string(), size: z.number(), modified: z.number() });
  const files = await client.ask(z.array(File), "server.files.list", {});
  const Folder = z.looseObject({ dirs: z.array(z.looseObject({ dirname: z.string() })) });
  await client.ask(Folder, "server.files.get_directory", { path: "gcodes" });
  for (const { path } of files) await client.call("server.files.metadata", { filename: path });
}

/** The objects that Mobileraker asks for by themselves, where the printer has them (printer_builder.dart). */
const READ_BY_MOBILERAKER =
  /^(bed_mesh|bed_screws|configfile|display_status|exclude_object|extruder\d*|fan|firmware_retraction|gcode_move|heater_bed|manual_probe|motion_report|print_stats|screws_tilt_adjust|toolhead|virtual_sdcard)$|^(controller_fan|fan_generic|gcode_macro|heater_fan|heater_generic|output_pin|temperature_fan|temperature_sensor) /;

/**
 * What Mobileraker sends until its dashboard shows, from its sources below common/lib: network/
 * json_rpc_client.dart (identifyConnection), service/moonraker/klippy_service.dart, printer_service.dart
 * (refreshPrinter), data/dto/machine/printer_builder.dart (build), network/moonraker_database_client.dart and
 * service/machine_service.dart (fetchSettings). Rejects where it would show an error.
 */
export async function connectAsMobileraker(endpoint: string): Promise<Shown> {
  const client = await ApiClient.connect(endpoint);
  await client.call("server.connection.identify", {
    client_name: "Mobileraker-android",
    version: "2.9.0-343",
    type: "mobile",
    url: "www.mobileraker.com",
  });
  await client.ask(z.looseObject({ list: z.unknown().optional() }), "server.webcams.list");
  const info = await client.ask(Info, "server.info");
  if (!info.klippy_connected) return { client, state: null };
  const { state } = await client.ask(z.looseObject({ state: z.string() }), "printer.info");
  if (state !== "ready") return { client, state };
  const { objects } = await client.ask(Objects, "printer.objects.list");
  const wanted = objects.filter((name) => READ_BY_MOBILERAKER.test(name));
  const selection = { objects: Object.fromEntries(wanted.map((name) => [name, null])) };
  // Without one of these it shows "Missing field".
  const numbers = z.array(z.number());
  const Whole = statusOf({
    toolhead: z.looseObject({ homed_axes: z.string(), position: numbers, extruder: z.string() }),
    gcode_move: z.looseObject({ speed_factor: z.number(), gcode_position: numbers }),
    motion_report: z.looseObject({ live_position: numbers, live_velocity: z.number() }),
    print_stats: z.looseObject({ state: z.string(), filename: z.string() }),
    configfile: z.looseObject({ settings: z.looseObject({}), save_config_pending: z.boolean() }),
    virtual_sdcard: z.looseObject({ progress: z.number() }),
  });
  await client.ask(Whole, "printer.objects.query", selection);
  const Series = z.object({ temperatures: z.array(z.number().nullable()) });
  await client.ask(z.record(z.string(), z.looseObject(Series.shape)), "server.temperature_store");
  await client.call("printer.objects.subscribe", selection);
  await settingsOfMobileraker(client);
  await client.call("printer.gcode.help").catch(String);
  await client.ask(z.object({ gcode_store: z.array(z.unknown()) }), "server.gcode_store");
  await client.ask(z.array(z.looseObject({ name: z.string() })), "server.files.roots");
  await client.call("server.files.get_directory", { path: "gcodes", extended: true });
  return { client, state };
}

/** It writes its own when there are none, and knows that there are none by these words alone. */
async function settingsOfMobileraker(client: ApiClient): Promise<void> {
  const item = { namespace: "mobileraker", key: "settings" };
  await client.call("server.database.post_item", { ...item, key: "fcm.rig", value: {} });
  const missing = await client.call("server.database.get_item", item).catch((error: unknown) => {
    if (!String(error).endsWith("Key 'settings' in namespace 'mobileraker' not found")) throw error;
  });
  if (missing !== undefined) return;
  await client.call("server.database.post_item", { ...item, value: { macroGroups: [] } });
}
