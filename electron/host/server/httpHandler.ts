import type { IncomingMessage, ServerResponse } from "node:http";
import type { UploadAnswer } from "#shared/contract/files.ts";
import { AppError } from "#shared/rpc/errors.ts";
import { drop } from "#shared/util/drop.ts";
import * as z from "zod";
import type { FarmPrinter } from "../engine/farm.ts";
import type { Access } from "./access.ts";
import type { Bearer } from "./bearer.ts";
import { requirePrinter, type Arguments, type Call, type Caller } from "./call.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { sendArchive, sendFile, sendFromPrinter, sendThumbnail } from "./download.ts";
import { pathOnPrinter, PRINTER_FOLDER, STAGING } from "./printerFiles.ts";
import { parseTarget, type Address, type Endpoint } from "./endpoints.ts";
import { type ForeignUpload, uploadToPrinter } from "./foreignUpload.ts";
import { fileItem } from "./fileItems.ts";
import { noteFirstUpload } from "./firstUpload.ts";
import { readArguments, readText } from "./httpArguments.ts";
import { sendError, sendJson, sendPage, sendResult } from "./httpReply.ts";
import { endpointPage } from "./endpointPage.ts";
import { OCTOPRINT_UPLOAD, octoPrintAnswer } from "./octoPrint.ts";
import { isRelayedPath, relayHttp } from "./httpRelay.ts";
import type { HttpRoutes } from "./httpRoutes.ts";
import type { JsonRpc } from "./jsonRpc.ts";
import { namedSession } from "./namedSession.ts";
import type { HandlerParts } from "./parts.ts";
import { actsWhenRead, printerIsOff, scopeOfPath, serverBehind } from "./printerSide.ts";
import { runningFile } from "./runningFile.ts";
import { requireScope } from "./scopes.ts";
import { sendStatic } from "./staticFiles.ts";
import { receiveUpload, uploadAnswer } from "./upload.ts";
import { sendWebcamPicture } from "./webcamPicture.ts";
import { wireError } from "./wireError.ts";

const FILES = "/server/files/gcodes/";
const ARCHIVE = /^\/server\/files\/([\w.-]+)\/(.+\.zip)$/i;
const THUMBNAILS = "/farm/thumbnails/";
/** One still of a printer's camera; the query names the printer. */
const WEBCAM = "/farm/webcam";
const FARM_UPLOAD = "/farm/library/upload";

export interface HttpHandlerParts extends HandlerParts {
  readonly access: Access;
  readonly dispatcher: Dispatcher;
  readonly jsonRpc: JsonRpc;
  readonly routes: HttpRoutes;
  readonly staticDir: string | null;
  readonly maxUploadBytes: number;
  readonly report: (error: unknown) => void;
}

/** Answers HTTP requests: what the table names, files, the board, and JSON-RPC over HTTP. */
export function createHttpHandler(parts: HttpHandlerParts) {
  return async (
    request: IncomingMessage,
    response: ServerResponse,
    base: Endpoint,
  ): Promise<void> => {
    try {
      const origin = parts.access.corsOrigin(request);
      if (origin !== null) allowOrigin(response, origin);
      const { method = "" } = request;
      const address = parseTarget(request.url ?? "/", base);
      const acts = isReading(method) && address !== null && actsWhenRead(address.path);
      const reads = isReading(method) || method === "OPTIONS";
      parts.access.checkSource(request, !reads || acts);
      if (acts) parts.access.checkProgram(request);
      if (method === "OPTIONS" && origin !== null) {
        response.writeHead(204).end();
        return;
      }
      if (address === null) throw new AppError("not_found", "There is no printer of that name");
      await answer(parts, address, bearerOf(parts, address, request), request, response);
    } catch (error) {
      sendError(response, wireError(error, parts.report));
      // What is left of a refused body is thrown away, so that the client gets to read the answer.
      request.unpipe();
      request.resume();
    }
  };
}

async function answer(
  parts: HttpHandlerParts,
  { endpoint, prefix, path, query }: Address,
  bearer: Bearer | null,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = "GET" } = request;
  const caller: Caller = {
    endpoint,
    session: null,
    remoteAddress: request.socket.remoteAddress ?? "",
    bearer,
    receivedAt: parts.clock.now(),
  };
  if (path === "/websocket" && method === "GET") {
    response.writeHead(400, { "Content-Type": "text/plain" });
    response.end('Can "Upgrade" only to "WebSocket".');
    return;
  }
  if (!asksItself(path)) requireScope(caller, isReading(method) ? "read" : "operate");
  if (path === "/server/jsonrpc") return answerJsonRpc(parts, caller, request, response);
  if (path === "/server/files/upload" || path === OCTOPRINT_UPLOAD) {
    return answerUpload(parts, caller, prefix, query, request, response);
  }
  if (path.startsWith("/api/")) {
    const answer = octoPrintAnswer(parts, method, path, () => callFor(parts, caller, query));
    if (answer !== undefined) return sendJson(response, 200, JSON.stringify(answer));
  }
  if (endpoint.kind !== "farm" && path === "/" && isReading(method)) {
    return sendPage(
      response,
      endpointPage(requirePrinter(callFor(parts, caller, query)), { endpoint, prefix }),
    );
  }
  if (endpoint.kind === "farm" && path === WEBCAM && isReading(method)) {
    return sendWebcamPicture(requirePrinter(callFor(parts, caller, query)), response);
  }
  if (endpoint.kind === "farm" && path === FARM_UPLOAD) {
    return answerFarmUpload(parts, request, response);
  }
  if (isReading(method) && ARCHIVE.test(path)) {
    const [, root = "", name = ""] = ARCHIVE.exec(path) ?? [];
    const { printer } = callFor(parts, caller, query);
    const archive =
      printer === null ? undefined : parts.archives.find(printer.id, root, decodePath(name));
    if (archive !== undefined) return sendArchive(archive, request, response);
  }
  if (path.startsWith(FILES)) return answerFile(parts, caller, path, query, request, response);
  if (endpoint.kind === "farm" && path.startsWith(THUMBNAILS) && isReading(method)) {
    const width = Number(new URLSearchParams(query).get("width") ?? 300);
    sendThumbnail(parts.library, path.slice(THUMBNAILS.length), width, request, response);
    return;
  }
  if (endpoint.kind === "farm" && isReading(method) && !API_PATH.test(path)) {
    return sendStatic(parts.staticDir, path, request, response);
  }
  if (path === "/printer/objects/subscribe" && method === "POST") {
    const session = namedSession(parts.sessions(), caller, query);
    const args = objectArguments(await readArguments(request, query));
    const answered = parts.dispatcher.dispatch("printer.objects.subscribe", args, {
      ...caller,
      session,
    });
    return sendResult(request, response, await answered);
  }
  if (!parts.routes.has(path) && isRelayedPath(path)) {
    return relay(parts, caller, path, query, request, response);
  }
  const name = parts.routes.find(method, path);
  const args = await readArguments(request, query);
  const shaped = name === "printer.objects.query" ? objectArguments(args) : args;
  sendResult(request, response, await parts.dispatcher.dispatch(name, shaped, caller));
}

/** JSON-RPC asks for each of its methods; the way in is open, and what is behind it asks by its own scope. */
function asksItself(path: string): boolean {
  return path === "/server/jsonrpc" || path.startsWith("/access/");
}

/** Whoever wants a new token has an old one that is worth nothing any more: it is not held against them. */
const WAY_IN: ReadonlySet<string> = new Set(["/access/login", "/access/refresh_jwt"]);

function bearerOf(
  { access }: HttpHandlerParts,
  { path }: Address,
  request: IncomingMessage,
): Bearer | null {
  return WAY_IN.has(path) ? null : access.bearerOf(request);
}

const API_PATH = /^\/(server|printer|printers|access|machine|api|farm)(\/|$)/;

function isReading(method: string): boolean {
  return method === "GET" || method === "HEAD";
}

/** In a query, objects are keys and their fields a comma list; no value = all fields. */
function objectArguments({ printer, ...args }: Arguments): Arguments {
  const objects = Object.fromEntries(
    Object.entries(args).map(([name, fields]) => [
      name,
      typeof fields === "string" && fields !== "" ? fields.split(",") : null,
    ]),
  );
  const named = Object.hasOwn(args, "objects") ? args["objects"] : objects;
  return { objects: named, ...(printer === undefined ? {} : { printer }) };
}

async function answerJsonRpc(
  { jsonRpc }: HttpHandlerParts,
  caller: Caller,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== "POST") throw methodNotAllowed();
  if (request.headers["content-type"]?.startsWith("application/json") !== true) {
    throw new AppError("bad_request", "JSON-RPC needs the content type application/json");
  }
  const text = await jsonRpc.answer(await readText(request), caller);
  sendJson(response, 200, text ?? "");
}

async function relay(
  parts: HttpHandlerParts,
  caller: Caller,
  path: string,
  query: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  requireScope(caller, scopeOfPath(request.method ?? "GET", path));
  const { link } = requirePrinter(callFor(parts, caller, query));
  const server = await serverBehind(link);
  if (server !== null) return relayHttp(server, path, query, request, response);
  // A file that cannot be fetched now is missing to whoever asks; clients look for optional ones.
  if (path.startsWith("/server/files/")) throw new AppError("not_found", "Not Found");
  throw printerIsOff(path);
}

async function answerUpload(
  parts: HttpHandlerParts,
  caller: Caller,
  prefix: string,
  query: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== "POST") throw methodNotAllowed();
  const call = callFor(parts, caller, query);
  const printer = requirePrinter(call);
  const received = await receiveUpload(parts.library, printer.id, request, {
    maxBytes: parts.maxUploadBytes,
  });
  if (received.kind === "foreign") {
    requireScope(caller, "admin");
    return answerForeignUpload(received.upload, printer, prefix, request, response);
  }
  const { file, print } = received;
  const answered = await uploadAnswer(file, print, printer, call);
  drop(noteFirstUpload(parts, request, file.path, printer.id), parts.report);
  if (answered.print_started || answered.print_queued) {
    parts.claims.open(caller.endpoint, printer.id, file.path, file.content);
  }
  response.setHeader("Location", locationOf(`gcodes/${file.path}`, prefix, request));
  sendJson(response, 201, JSON.stringify(answered));
}

/** Hands a file for a root of the printer (its configuration, mostly) on to where that root is. */
async function answerForeignUpload(
  upload: ForeignUpload,
  printer: FarmPrinter,
  prefix: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const server = await serverBehind(printer.link);
  if (server === null) {
    throw new AppError(
      "unavailable",
      `The root "${upload.root}" lies on the printer, whose own Moonraker is not connected: nothing was stored. Switch the printer on and send the file again.`,
    );
  }
  const answer = await uploadToPrinter(server, upload);
  const item = UploadedItem.safeParse(answer).data?.item;
  if (item !== undefined) {
    response.setHeader("Location", locationOf(`${item.root}/${item.path}`, prefix, request));
  }
  sendJson(response, 201, JSON.stringify(answer));
}

const UploadedItem = z.object({ item: z.object({ root: z.string(), path: z.string() }) });

/** Where an uploaded file can be fetched. */
function locationOf(rooted: string, prefix: string, request: IncomingMessage): string {
  const name = rooted.split("/").map(encodeURIComponent).join("/");
  return `http://${request.headers.host ?? "127.0.0.1"}${prefix}/server/files/${name}`;
}

/** Takes a file into the farm's own tree, which no printer's queue looks at by itself. */
async function answerFarmUpload(
  parts: HttpHandlerParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== "POST") throw methodNotAllowed();
  const received = await receiveUpload(parts.library, "farm:", request, {
    maxBytes: parts.maxUploadBytes,
  });
  if (received.kind === "foreign") {
    throw new AppError("bad_request", "The farm's own library has the root gcodes only.");
  }
  const { file } = received;
  drop(noteFirstUpload(parts, request, file.path, null), parts.report);
  const answer: UploadAnswer = {
    item: fileItem(file),
    print_started: false,
    print_queued: false,
    action: "create_file",
  };
  sendJson(response, 201, JSON.stringify(answer));
}

async function answerFile(
  parts: HttpHandlerParts,
  caller: Caller,
  path: string,
  query: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const name = decodePath(path.slice(FILES.length));
  const { method = "GET" } = request;
  if (method === "DELETE") {
    const args = { ...(await readArguments(request, query)), path: `gcodes/${name}` };
    const result = await parts.dispatcher.dispatch("server.files.delete_file", args, caller);
    return sendResult(request, response, result);
  }
  if (!isReading(method)) throw methodNotAllowed();
  const printer = requirePrinter(callFor(parts, caller, query));
  const known = parts.stagedNames.translate(printer.id, name);
  const onPrinter = pathOnPrinter(known);
  if (onPrinter !== null && parts.library.find(printer.id, known) === undefined) {
    return sendFromPrinter(printer.link, onPrinter, request, response);
  }
  try {
    await sendFile(parts.library, printer.id, known, runningFile(printer), request, response);
  } catch (error) {
    // A print that was started past us is asked for by the name it has on the printer.
    const theirs = pathOnPrinter(PRINTER_FOLDER + known);
    const isMissing = error instanceof AppError && error.code === "not_found";
    const canAsk = printer.link.state.kind === "connected" && !response.headersSent;
    if (!isMissing || !canAsk || theirs === null || known.startsWith(STAGING)) throw error;
    await sendFromPrinter(printer.link, theirs, request, response).catch((missing: unknown) => {
      // The caller asked for a file of ours: that there is none is said in our words.
      throw missing instanceof AppError && missing.code === "not_found" ? error : missing;
    });
  }
}

/** Addresses a printer for what is not a method: by the endpoint, or by `printer` in the query. */
function callFor(parts: HttpHandlerParts, caller: Caller, query: string): Call {
  const named = new URLSearchParams(query).get("printer");
  return parts.dispatcher.address(named === null ? {} : { printer: named }, caller);
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new AppError("not_found", "Not Found");
  }
}

function methodNotAllowed(): AppError {
  return new AppError("method_not_allowed", "Method Not Allowed");
}

function allowOrigin(response: ServerResponse, origin: string): void {
  response.setHeader("Access-Control-Allow-Origin", origin);
  response.setHeader("Access-Control-Allow-Methods", "GET, POST, DELETE, OPTIONS");
  // Browsers ask anew when a page of the open network wants to speak to a server of the local one.
  response.setHeader("Access-Control-Allow-Private-Network", "true");
  response.setHeader(
    "Access-Control-Allow-Headers",
    "Content-Type, Authorization, X-Api-Key, X-Access-Token",
  );
  response.setHeader("Vary", "Origin");
}
