import * as z from "zod";
import { ApiClient } from "./apiClient.ts";

const ServerInfo = z.looseObject({ klippy_state: z.string(), components: z.array(z.string()) });
const Wrapped = z.object({ result: z.looseObject({ klippy_state: z.string() }) });
const Uploaded = z.looseObject({
  item: z.looseObject({ path: z.string() }),
  print_started: z.boolean(),
  print_queued: z.boolean(),
});

/** What Mainsail 2.18 sends until its dashboard shows, in its order; rejects where it would hang. */
export async function connectAsMainsail(endpoint: string): Promise<ApiClient> {
  const client = await ApiClient.connect(endpoint);
  await client.call("server.connection.identify", {
    client_name: "mainsail",
    version: "2.18.0",
    type: "web",
    url: "https://github.com/mainsail-crew/mainsail",
  });
  const info = await client.ask(ServerInfo, "server.info");
  for (const [method, params] of [
    ["server.config", {}],
    ["machine.system_info", {}],
    ["machine.proc_stats", {}],
    ["server.database.list", { root: "config" }],
    ["server.job_queue.status", {}],
    ["server.history.list", { start: 0, limit: 50 }],
    ["server.history.totals", {}],
    ["server.announcements.list", { include_dismissed: false }],
    ["server.files.get_directory", { path: "gcodes" }],
    ["server.webcams.list", {}],
  ] as const) {
    await client.call(method, params);
  }
  const theme = await fetch(`${endpoint}server/files/config/.theme/default.json`);
  if (theme.status >= 500) throw new Error(`theme: ${theme.status}`);
  const stored = await fetch(`${endpoint}server/database/item`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ namespace: "mainsail", key: "initVersion", value: "2.18.0" }),
  });
  if (!stored.ok) throw new Error(`database: ${stored.status}`);
  if (info.klippy_state === "ready") await showPrinter(client);
  return client;
}

/** The same of Fluidd 1.36. */
export async function connectAsFluidd(endpoint: string): Promise<ApiClient> {
  const token = await fetch(`${endpoint}access/oneshot_token`);
  if (!token.ok) throw new Error(`oneshot_token: ${token.status}`);
  const client = await ApiClient.connect(endpoint);
  const item = await fetch(`${endpoint}server/database/item?namespace=fluidd`);
  if (item.status >= 500) throw new Error(`database: ${item.status}`);
  const info = await client.ask(ServerInfo, "server.info");
  if (info.klippy_state === "ready") await showPrinter(client);
  await client.call("server.job_queue.status");
  return client;
}

/** Both ask for everything the printer has, once it is said to be ready. */
async function showPrinter(client: ApiClient): Promise<void> {
  await client.call("printer.info");
  await client.call("server.gcode_store", { count: 500 });
  const { objects } = await client.ask(
    z.object({ objects: z.array(z.string()) }),
    "printer.objects.list",
  );
  const all = Object.fromEntries(objects.map((name) => [name, null]));
  await client.call("printer.objects.subscribe", { objects: all });
  await client.call("server.temperature_store", { include_monitors: true });
}

/** OrcaSlicer's "upload and print": with the flag, and a start since it does not see the bare answer. */
export async function printFromOrca(endpoint: string, name: string, gcode: string): Promise<void> {
  await klippyStateOf(endpoint);
  await uploadTo(`${endpoint}server/files/upload`, name, gcode, { root: "gcodes", print: "true" });
  const response = await fetch(`${endpoint}printer/print/start`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ filename: name }),
  });
  if (!response.ok) throw new Error(`start: ${response.status} ${await response.text()}`);
}

/** PrusaSlicer set up for OctoPrint. */
export async function printFromPrusa(endpoint: string, name: string, gcode: string): Promise<void> {
  const version = z
    .object({ api: z.string(), text: z.string().regex(/^OctoPrint/) })
    .parse(await (await fetch(`${endpoint}api/version`)).json());
  if (version.api === "") throw new Error("no version");
  await uploadTo(`${endpoint}api/files/local`, name, gcode, { print: "true", path: "" });
}

/**
 * SuperSlicer set up for Moonraker (src/slic3r/Utils/Moonraker.cpp; for "Klipper" it is PrusaSlicer's way, see
 * Klipper.cpp). The version is the first thing it reads and must stand in a `result` that comes first.
 */
export async function printFromSuperSlicer(
  endpoint: string,
  name: string,
  gcode: string,
): Promise<void> {
  const info = z.looseObject({}).parse(await (await fetch(`${endpoint}server/info`)).json());
  if (Object.keys(info)[0] !== "result") throw new Error("the result does not come first");
  z.object({ result: z.looseObject({ moonraker_version: z.string().min(1) }) }).parse(info);
  const slash = name.lastIndexOf("/");
  await uploadTo(`${endpoint}server/files/upload`, name.slice(slash + 1), gcode, {
    root: "gcodes",
    ...(slash === -1 ? {} : { path: name.slice(0, slash) }),
    print: "true",
  });
}

/** Cura's plugin: it starts only what is ready, else it uploads. Resolves to whether it asked for a print. */
export async function printFromCura(
  endpoint: string,
  name: string,
  gcode: string,
): Promise<boolean> {
  const ready = (await klippyStateOf(endpoint)) === "ready";
  await uploadTo(`${endpoint}server/files/upload`, name, gcode, {
    print: ready ? "true" : "false",
  });
  return ready;
}

async function klippyStateOf(endpoint: string): Promise<string> {
  return Wrapped.parse(await (await fetch(`${endpoint}server/info`)).json()).result.klippy_state;
}

async function uploadTo(
  url: string,
  name: string,
  gcode: string,
  fields: Readonly<Record<string, string>>,
): Promise<z.output<typeof Uploaded>> {
  const form = new FormData();
  for (const [key, value] of Object.entries(fields)) form.append(key, value);
  form.append("file", new Blob([gcode]), name);
  const response = await fetch(url, { method: "POST", body: form });
  if (response.status !== 201) throw new Error(`${name}: ${response.status}`);
  const answer = Uploaded.parse(await response.json());
  if (fields["print"] === "true" && answer.print_started === answer.print_queued) {
    throw new Error(`${name}: neither started nor queued`);
  }
  return answer;
}
