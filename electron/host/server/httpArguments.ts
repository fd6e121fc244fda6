import type { IncomingMessage } from "node:http";
import { Busboy, type BusboyInstance } from "@fastify/busboy";
import { AppError } from "#shared/rpc/errors.ts";

/** Bytes of a request body that is not an upload. */
const MOST_BODY = 4 * 1024 * 1024;
/** Query keys that belong to the transport, not to the method. */
const DROPPED = new Set(["_", "token", "access_token", "connection_id"]);

/**
 * Gathers a request's arguments as observed on Moonraker v0.10.0-31: the query, then a form body, then a
 * JSON body if the content type starts with exactly `application/json`; later ones win. JSON that does
 * not parse is no argument at all.
 */
export async function readArguments(
  request: IncomingMessage,
  query: string,
): Promise<Record<string, unknown>> {
  const args = hinted([...new URLSearchParams(query)]);
  const type = request.headers["content-type"] ?? "";
  if (type.startsWith("multipart/form-data")) {
    return { ...args, ...hinted(await readForm(request)) };
  }
  const body = await readText(request);
  if (type.startsWith("application/x-www-form-urlencoded")) {
    return { ...args, ...hinted([...new URLSearchParams(body)]) };
  }
  return type.startsWith("application/json") ? { ...args, ...jsonObject(body) } : args;
}

/** Reads a body as text; rejects with `too_large`. */
export async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!(chunk instanceof Buffer)) continue;
    size += chunk.length;
    if (size > MOST_BODY) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function jsonObject(body: string): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return {};
  }
  if (typeof json === "object" && json !== null && !Array.isArray(json)) return { ...json };
  throw new AppError("bad_request", "The JSON body must be an object with the arguments by name");
}

/** Values of keys like `name:json` are converted; where that fails the text itself is the value. */
function hinted(pairs: readonly (readonly [string, string])[]): Record<string, unknown> {
  const args: Record<string, unknown> = {};
  for (const [key, text] of pairs) {
    if (DROPPED.has(key)) continue;
    const colon = key.lastIndexOf(":");
    if (colon === -1) args[key] = text;
    else args[key.slice(0, colon)] = convert(key.slice(colon + 1), text);
  }
  return args;
}

function convert(hint: string, text: string): unknown {
  switch (hint) {
    case "int":
      return /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : text;
    case "float":
      return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
    case "bool":
      return text.toLowerCase() === "true";
    case "json":
      try {
        return JSON.parse(text);
      } catch {
        return text;
      }
    default:
      return text;
  }
}

function readForm(request: IncomingMessage): Promise<[string, string][]> {
  return new Promise((resolve, reject) => {
    const pairs: [string, string][] = [];
    const malformed = (): void => reject(new AppError("bad_request", "The form is malformed"));
    let form: BusboyInstance;
    try {
      const contentType = request.headers["content-type"] ?? "";
      form = new Busboy({
        headers: { ...request.headers, "content-type": contentType },
        limits: { fields: 200, fieldSize: MOST_BODY, files: 0 },
      });
    } catch {
      return malformed();
    }
    form.on("field", (name, value) => pairs.push([name, value]));
    form.on("finish", () => resolve(pairs));
    form.on("error", malformed);
    request.on("aborted", malformed);
    request.pipe(form);
  });
}

function tooLarge(): AppError {
  return new AppError(
    "too_large",
    `A request body may have ${MOST_BODY} bytes; files are uploaded`,
  );
}
