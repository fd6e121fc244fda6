import * as z from "zod";
import { ApiClient } from "./apiClient.ts";
import { getJson, Wrapped } from "./httpJson.ts";

const Info = Wrapped(z.looseObject({ klippy_state: z.string() }));
const Listed = Wrapped(z.object({ objects: z.array(z.string()) }));

/**
 * What moonraker-obico does until it watches (moonraker_conn.py): it fetches a key and does not go on without
 * one, waits for `ready`, says that it is an agent, and subscribes. False = it still waits.
 */
export async function connectAsObico(endpoint: string): Promise<boolean> {
  const key = (await getJson(`${endpoint}access/api_key`, Wrapped(z.string().min(1)))).result;
  const headers = { "X-Api-Key": key };
  const client = await ApiClient.connect(endpoint);
  try {
    const info = await getJson(`${endpoint}server/info`, Info, headers);
    if (info.result.klippy_state !== "ready") return false;
    const who = { client_name: "Obico", version: "2.0", type: "agent", url: "https://obico.io" };
    await client.call("server.connection.identify", { ...who, api_key: key });
    // Its answer is not waited for.
    const method_name = "obico_remote_event";
    await client.call("connection.register_remote_method", { method_name }).catch(String);
    await getJson(`${endpoint}printer/objects/list`, Listed, headers);
    const objects = { print_stats: ["state", "message", "filename", "info"], webhooks: null };
    await client.call("printer.objects.subscribe", { objects });
    await client.call("printer.objects.query", { objects: { ...objects, heaters: null } });
    await getJson(`${endpoint}printer/objects/query?heaters=`, z.unknown(), headers);
    await getJson(`${endpoint}server/history/list?order=desc&limit=1`, z.unknown(), headers);
    // Errors of these are read as JSON and taken for "nothing".
    for (const path of [
      "server/database/item?namespace=mainsail&key=presets",
      "machine/update/status?refresh=false",
    ]) {
      await (await fetch(endpoint + path, { headers })).json();
    }
    return true;
  } finally {
    await client.close();
  }
}

/** What Home Assistant shows of a print: some of the sensors of custom_components/moonraker/sensor.py. */
const SENSORS = {
  print_stats: [
    "state",
    "message",
    "filename",
    "print_duration",
    "total_duration",
    "filament_used",
  ],
  display_status: ["progress"],
  virtual_sdcard: ["progress"],
  toolhead: ["position"],
};

/**
 * Home Assistant's moonraker integration (custom_components/moonraker/__init__.py and const.py) on the Python
 * library moonraker-api (moonraker_api/websockets/websocketclient.py). The library knows a host and a port but
 * no path, shows its key on the way in, leaves `params` out where there are none, and hands an error on as a
 * value, which the integration then takes for an answer. False = it tries again later, as with Moonraker.
 */
export async function pollAsHomeAssistant(port: number): Promise<boolean> {
  const headers = { "X-Api-Key": "key-of-the-printer" };
  const client = await ApiClient.connect(`http://127.0.0.1:${port}/`, { headers });
  const call = (method: string, params?: object): Promise<unknown> =>
    client.call(method, params).catch((error: unknown) => ({ error: String(error) }));
  try {
    const { hostname } = z
      .looseObject({ hostname: z.string().optional() })
      .parse(await call("printer.info"));
    if (hostname === undefined) return false;
    const Status = z.object({ print_stats: z.looseObject({ filename: z.string() }) });
    const { status } = z
      .looseObject({ status: Status })
      .parse(await call("printer.objects.query", { objects: SENSORS }));
    const { filename } = status.print_stats;
    if (filename !== "") await call("server.files.metadata", { filename });
    for (const [method, found] of [
      ["printer.objects.list", Listed.shape.result],
      ["server.history.totals", z.looseObject({ job_totals: z.looseObject({}) })],
      ["server.webcams.list", z.looseObject({ webcams: z.array(z.unknown()) })],
      ["server.job_queue.status", z.looseObject({ queued_jobs: z.array(z.unknown()) })],
      ["machine.system_info", z.looseObject({ system_info: z.looseObject({}) })],
    ] as const) {
      found.parse(await call(method));
    }
    // What is not there has no sensor.
    for (const method of [
      "machine.device_power.devices",
      "machine.update.status",
      "printer.gcode.help",
    ]) {
      await call(method);
    }
    await client.call("printer.objects.subscribe", { objects: SENSORS });
    return true;
  } finally {
    await client.close();
  }
}

/** What FDM Monster follows (moonraker-websocket.adapter.ts, subscriptionObjects), as it writes it into a query. */
const FOLLOWED_BY_FDM_MONSTER =
  "pause_resume&idle_timeout&print_stats&heaters&heater_bed&extruder&display_status&webhooks&virtual_sdcard&gcode_move&stepper_enable&fan&motion_report&system_stats";

const Followed = Wrapped(z.object({ status: z.looseObject({}), eventtime: z.number() }));

export interface FdmMonster {
  readonly client: ApiClient;
  /** It takes the printer for ready. */
  readonly isOperational: boolean;
}

/**
 * What FDM Monster does with a printer (src/services/moonraker/moonraker-websocket.adapter.ts and
 * moonraker.client.ts): it asks for OctoPrint's version, polls the objects, opens the websocket and subscribes
 * it over HTTP by its connection id. 503 is "Klipper is not there", all else an error.
 */
export async function connectAsFdmMonster(endpoint: string): Promise<FdmMonster> {
  await getJson(`${endpoint}api/version`, z.looseObject({ server: z.string() }));
  await answeredOr503(await fetch(`${endpoint}printer/objects/query?${FOLLOWED_BY_FDM_MONSTER}`));
  const client = await ApiClient.connect(endpoint);
  const { connection_id } = await client.ask(
    z.object({ connection_id: z.int() }),
    "server.connection.identify",
    {
      client_name: "FDM Monster",
      version: "2.0.0",
      type: "other",
      url: "https://github.com/fdm-monster/fdm-monster",
    },
  );
  const named = `connection_id=${connection_id}&${FOLLOWED_BY_FDM_MONSTER}`;
  const subscribed = await fetch(`${endpoint}printer/objects/subscribe?${named}`, {
    method: "POST",
  });
  const status = await answeredOr503(subscribed);
  const State = z.looseObject({ state: z.string().min(1) });
  const known = z.object({ webhooks: State, print_stats: State }).safeParse(status).data;
  // Its lists, and the last print it could repeat.
  for (const path of [
    "server/files/list?root=gcodes",
    "server/files/directory?path=gcodes&extended=false",
    "server/history/list?limit=5&start=0&order=desc",
    "server/config",
  ]) {
    await getJson(endpoint + path, z.looseObject({ result: z.unknown() }));
  }
  return { client, isOperational: known?.webhooks.state === "ready" };
}

async function answeredOr503(response: Response): Promise<object | null> {
  if (response.status === 503) return null;
  if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
  return Followed.parse(await response.json()).result.status;
}

/** Its upload, told to print; then the print it starts by name from its list of files. */
export async function printFromFdmMonster(
  endpoint: string,
  name: string,
  gcode: string,
): Promise<Response> {
  const form = new FormData();
  form.append("print", "true");
  form.append("file", new Blob([gcode]), name);
  const upload = await fetch(`${endpoint}server/files/upload`, { method: "POST", body: form });
  if (upload.status !== 201) throw new Error(`${name}: ${upload.status}`);
  return fetch(`${endpoint}printer/print/start?filename=${name}`, { method: "POST" });
}

/** Its g-code, which it sends by GET. */
export function sendFromFdmMonster(endpoint: string, script: string): Promise<Response> {
  const query = new URLSearchParams({ script });
  return fetch(`${endpoint}printer/gcode/script?${query.toString()}`);
}
