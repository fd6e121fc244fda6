import type { IncomingMessage, ServerResponse } from "node:http";
import { messageOf } from "#shared/rpc/errors.ts";
import { sleep } from "#shared/util/clock.ts";
import { answer, call } from "./dispatcher.ts";
import type { Arguments } from "./moonraker/arguments.ts";
import type { Moonraker } from "./moonraker/moonraker.ts";
import { ServerError } from "./moonraker/serverError.ts";
import { deleteFile } from "./rpcMethods/files.ts";
import { receiveUpload } from "./upload.ts";

/** `VERB path` to the JSON-RPC method that answers it. */
const ROUTES: Readonly<Record<string, string>> = {
  "GET /server/info": "server.info",
  "GET /server/config": "server.config",
  "POST /server/restart": "server.restart",
  "GET /server/gcode_store": "server.gcode_store",
  "GET /server/temperature_store": "server.temperature_store",
  "GET /printer/info": "printer.info",
  "GET /printer/objects/list": "printer.objects.list",
  "GET /printer/objects/query": "printer.objects.query",
  "POST /printer/objects/query": "printer.objects.query",
  "POST /printer/print/start": "printer.print.start",
  "POST /printer/print/pause": "printer.print.pause",
  "POST /printer/print/resume": "printer.print.resume",
  "POST /printer/print/cancel": "printer.print.cancel",
  "POST /printer/gcode/script": "printer.gcode.script",
  "POST /printer/emergency_stop": "printer.emergency_stop",
  "POST /printer/restart": "printer.restart",
  "POST /printer/firmware_restart": "printer.firmware_restart",
  "GET /server/files/list": "server.files.list",
  "GET /server/files/roots": "server.files.roots",
  "GET /server/files/metadata": "server.files.metadata",
  "GET /server/files/thumbnails": "server.files.thumbnails",
  "GET /server/files/directory": "server.files.get_directory",
  "POST /server/files/directory": "server.files.post_directory",
  "DELETE /server/files/directory": "server.files.delete_directory",
  "POST /server/files/move": "server.files.move",
  "POST /server/files/copy": "server.files.copy",
  "GET /server/history/list": "server.history.list",
  "GET /server/history/job": "server.history.get_job",
  "GET /server/history/totals": "server.history.totals",
  "GET /server/job_queue/status": "server.job_queue.status",
  "POST /server/job_queue/job": "server.job_queue.post_job",
  "DELETE /server/job_queue/job": "server.job_queue.delete_job",
  "POST /server/job_queue/pause": "server.job_queue.pause",
  "POST /server/job_queue/start": "server.job_queue.start",
  "POST /server/job_queue/jump": "server.job_queue.jump",
  "GET /server/database/list": "server.database.list",
  "GET /server/database/item": "server.database.get_item",
  "POST /server/database/item": "server.database.post_item",
  "DELETE /server/database/item": "server.database.delete_item",
  "GET /machine/system_info": "machine.system_info",
  "GET /machine/device_power/devices": "machine.device_power.devices",
  "GET /machine/proc_stats": "machine.proc_stats",
  "GET /access/info": "access.info",
  "GET /access/oneshot_token": "access.oneshot_token",
};

const FILES = "/server/files/";
const JSON_TYPE = "application/json; charset=UTF-8";

/** Answers one HTTP request. Never rejects. */
export async function serveHttp(
  request: IncomingMessage,
  response: ServerResponse,
  moonraker: Moonraker,
): Promise<void> {
  try {
    await route(request, response, moonraker);
  } catch (error) {
    const status = error instanceof ServerError ? error.status : 500;
    const message = messageOf(error);
    send(response, status, { error: { code: status, message, traceback: "" } });
  }
}

async function route(
  request: IncomingMessage,
  response: ServerResponse,
  moonraker: Moonraker,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://simulator");
  const { faults, clock } = moonraker.options;
  const verb = request.method ?? "GET";
  if (faults.slowAnswers > 0) await sleep(clock, faults.slowAnswers);
  if (url.pathname !== "/access/info" && !isAllowed(request, url, moonraker)) {
    throw new ServerError(401, "Unauthorized");
  }
  if (url.pathname === "/server/jsonrpc" && verb === "POST") {
    const frame = await answer(await readText(request), { moonraker, session: null });
    response.writeHead(200, { "Content-Type": JSON_TYPE }).end(frame ?? "");
    return;
  }
  if (url.pathname === "/server/files/upload" && verb === "POST") {
    const { path, body } = await receiveUpload(request, moonraker);
    const location = `http://${request.headers.host ?? ""}${FILES}${encodeURI(path)}`;
    response.writeHead(201, { "Content-Type": JSON_TYPE, Location: location });
    response.end(JSON.stringify(body));
    return;
  }
  const name = ROUTES[`${verb} ${url.pathname}`];
  if (name !== undefined) {
    const args = { ...queryArguments(url), ...(await bodyArguments(request)) };
    const result = await call(name, args, { moonraker, session: null });
    return send(response, 200, { result });
  }
  if (url.pathname.startsWith(`${FILES}gcodes/`)) {
    const rooted = decodeURIComponent(url.pathname.slice(FILES.length));
    if (verb === "DELETE") return send(response, 200, { result: deleteFile(moonraker, rooted) });
    if (verb === "GET" || verb === "HEAD") return download(rooted, verb, response, moonraker);
  }
  if (url.pathname.startsWith(`${FILES}config/`) && verb === "GET") {
    const name = decodeURIComponent(url.pathname.slice(`${FILES}config/`.length));
    const bytes = moonraker.options.config.get(name);
    if (bytes !== undefined) {
      response.writeHead(200, { "Content-Type": "text/plain" }).end(bytes);
      return;
    }
  }
  throw new ServerError(404, "Not Found");
}

function download(
  rooted: string,
  verb: string,
  response: ServerResponse,
  moonraker: Moonraker,
): void {
  const file = moonraker.options.files.get(rooted.replace(/^gcodes\//, ""));
  if (file === undefined) throw new ServerError(404, "Not Found");
  response.writeHead(200, {
    "Content-Type": "text/plain",
    "Content-Length": file.bytes.length,
    "Accept-Ranges": "bytes",
    "Last-Modified": new Date(file.modified * 1000).toUTCString(),
  });
  response.end(verb === "HEAD" ? undefined : file.bytes);
}

/** A key, or a one-shot token, or no key wanted at all. */
export function isAllowed(request: IncomingMessage, url: URL, moonraker: Moonraker): boolean {
  const { faults, tokens } = moonraker.options;
  if (faults.apiKey === null || request.headers["x-api-key"] === faults.apiKey) return true;
  const token = url.searchParams.get("token");
  return token !== null && tokens.redeem(token);
}

function send(response: ServerResponse, status: number, body: object): void {
  if (response.headersSent) return;
  response.writeHead(status, { "Content-Type": JSON_TYPE }).end(JSON.stringify(body));
}

/** `/printer/objects/query?toolhead&extruder=temperature,target` names objects; the rest is plain. */
function queryArguments(url: URL): Arguments {
  const entries = [...url.searchParams].filter(([key]) => key !== "token" && key !== "_");
  if (url.pathname !== "/printer/objects/query") return Object.fromEntries(entries);
  if (entries.length === 0) return {};
  const objects = entries.map(([key, value]) => [key, value === "" ? null : value.split(",")]);
  return { objects: Object.fromEntries(objects) };
}

async function bodyArguments(request: IncomingMessage): Promise<Arguments> {
  const text = await readText(request);
  const type = request.headers["content-type"] ?? "";
  if (text === "") return {};
  if (type.startsWith("application/x-www-form-urlencoded")) {
    return Object.fromEntries(new URLSearchParams(text));
  }
  if (!type.startsWith("application/json")) return {};
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null ? { ...body } : {};
  } catch {
    return {};
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
