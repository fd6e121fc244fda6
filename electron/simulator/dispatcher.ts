import { isRecord } from "#shared/util/foreignFields.ts";
import { messageOf } from "#shared/rpc/errors.ts";
import type { Arguments } from "./moonraker/arguments.ts";
import { ServerError } from "./moonraker/serverError.ts";
import { accessMethods } from "./rpcMethods/access.ts";
import { databaseMethods } from "./rpcMethods/database.ts";
import { fileChangeMethods } from "./rpcMethods/fileChanges.ts";
import { fileMethods } from "./rpcMethods/files.ts";
import { historyMethods } from "./rpcMethods/history.ts";
import { jobQueueMethods } from "./rpcMethods/jobQueue.ts";
import type { CallContext } from "./rpcMethods/method.ts";
import { KLIPPY_METHODS, printerMethods } from "./rpcMethods/printer.ts";
import { powerMethods } from "./rpcMethods/power.ts";
import { serverMethods } from "./rpcMethods/server.ts";

const METHODS = new Map(
  Object.entries({
    ...accessMethods,
    ...databaseMethods,
    ...fileMethods,
    ...fileChangeMethods,
    ...historyMethods,
    ...powerMethods,
    ...jobQueueMethods,
    ...printerMethods,
    ...serverMethods,
  }),
);

/** Calls one method by its JSON-RPC name. Rejects with ServerError. */
export async function call(name: string, args: Arguments, context: CallContext): Promise<unknown> {
  const method = METHODS.get(name);
  if (method === undefined || (KLIPPY_METHODS.has(name) && !context.moonraker.hasSeenKlippy)) {
    throw new ServerError(404, "Method not found");
  }
  return method(args, context);
}

/** Answers one JSON-RPC text; null = nothing is to be sent. Never rejects. */
export async function answer(text: string, context: CallContext): Promise<string | null> {
  let request: unknown;
  try {
    request = JSON.parse(text);
  } catch {
    return errorFrame(null, -32700, "Parse error");
  }
  if (Array.isArray(request)) {
    const answers: string[] = [];
    for (const part of request) {
      const one = await answerOne(part, context);
      if (one !== null) answers.push(one);
    }
    return answers.length === 0 ? null : `[${answers.join(",")}]`;
  }
  return answerOne(request, context);
}

async function answerOne(request: unknown, context: CallContext): Promise<string | null> {
  // Moonraker answers nothing at all to a frame that is no object.
  if (!isRecord(request)) return null;
  const id = request["id"] ?? null;
  if (request["jsonrpc"] !== "2.0") return errorFrame(id, -32600, "Invalid Request");
  const { method, params } = request;
  if (method === undefined) return null;
  if (typeof method !== "string") return errorFrame(id, -32600, "Invalid Request");
  if (params !== undefined && !isRecord(params)) return errorFrame(id, -32602, "Invalid params:");
  try {
    const { session } = context;
    if (session !== null && !session.isAuthorized && !OPEN_METHODS.has(method)) {
      throw new ServerError(401, "Unauthorized");
    }
    const result = await call(method, params ?? {}, context);
    return id === null ? null : JSON.stringify({ jsonrpc: "2.0", result, id });
  } catch (error) {
    const code = error instanceof ServerError ? error.rpcCode : 500;
    return errorFrame(id, code, messageOf(error));
  }
}

/** Callable on a connection that has not shown a key. */
const OPEN_METHODS: ReadonlySet<string> = new Set(["access.info", "server.connection.identify"]);

function errorFrame(id: unknown, code: number, message: string): string {
  return JSON.stringify({ jsonrpc: "2.0", error: { code, message }, id });
}
