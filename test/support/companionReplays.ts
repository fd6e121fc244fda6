import * as z from "zod";
import { ApiClient } from "./apiClient.ts";

const Info = z.object({ result: z.looseObject({ klippy_state: z.string() }) });
const Key = z.object({ result: z.string().min(1) });
const Listed = z.object({ result: z.object({ objects: z.array(z.string()) }) });

async function get<T>(address: string, schema: z.ZodType<T>, headers = {}): Promise<T> {
  const response = await fetch(address, { headers });
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return schema.parse(await response.json());
}

/**
 * What moonraker-obico does until it watches (moonraker_conn.py): it fetches a key and does not go on without
 * one, waits for `ready`, says that it is an agent, and subscribes. False = it still waits.
 */
export async function connectAsObico(endpoint: string): Promise<boolean> {
  const key = (await get(`${endpoint}access/api_key`, Key)).result;
  const headers = { "X-Api-Key": key };
  const client = await ApiClient.connect(endpoint);
  try {
    const info = await get(`${endpoint}server/info`, Info, headers);
    if (info.result.klippy_state !== "ready") return false;
    const who = { client_name: "Obico", version: "2.0", type: "agent", url: "https://obico.io" };
    await client.call("server.connection.identify", { ...who, api_key: key });
    // Its answer is not waited for.
    const method_name = "obico_remote_event";
    await client.call("connection.register_remote_method", { method_name }).catch(String);
    await get(`${endpoint}printer/objects/list`, Listed, headers);
    const objects = { print_stats: ["state", "message", "filename", "info"], webhooks: null };
    await client.call("printer.objects.subscribe", { objects });
    await client.call("printer.objects.query", { objects: { ...objects, heaters: null } });
    await get(`${endpoint}printer/objects/query?heaters=`, z.unknown(), headers);
    await get(`${endpoint}server/history/list?order=desc&limit=1`, z.unknown(), headers);
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

/** What Home Assistant's moonraker integration asks every half minute; where it can do without, it does. */
export async function pollAsHomeAssistant(endpoint: string): Promise<boolean> {
  const client = await ApiClient.connect(endpoint);
  try {
    const info = await client.call("printer.info").catch(() => null);
    // As with Moonraker, it tries again later while there is no printer to tell of.
    if (info === null) return false;
    await client.call("printer.objects.list");
    await client.call("printer.objects.query", { objects: { print_stats: null, webhooks: null } });
    await client.call("server.history.totals");
    await client.call("server.webcams.list");
    await client.call("server.job_queue.status");
    for (const method of [
      "machine.device_power.devices",
      "machine.update.status",
      "printer.gcode.help",
      "server.spoolman.status",
    ]) {
      await client.call(method).catch(String);
    }
    return true;
  } finally {
    await client.close();
  }
}
