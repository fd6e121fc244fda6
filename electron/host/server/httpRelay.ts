import {
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { request as httpsRequest } from "node:https";
import { pipeline } from "node:stream/promises";
import { AppError, messageOf } from "#shared/rpc/errors.ts";
import type { ServerBehind } from "../link/printerLink.ts";
import { isHandedOn } from "./printerSide.ts";

/** What of a request the printer may see: no cookies, keys or tokens of ours. */
const SENT = [
  "accept",
  "content-type",
  "content-length",
  "range",
  "if-none-match",
  "if-modified-since",
];
const RETURNED = [
  "content-type",
  "content-length",
  "content-range",
  "content-disposition",
  "accept-ranges",
  "cache-control",
  "etag",
  "last-modified",
];
/** Query keys that are credentials for us. */
const KEPT_BACK = ["token", "access_token", "connection_id", "printer"];

/**
 * Whether a path we have no route for is the printer's to answer. Paths that climb are nobody's, and so are
 * methods written so that our own routes do not know them.
 */
export function isRelayedPath(path: string): boolean {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return false;
  }
  const segments = decoded.split("/").slice(1);
  if (segments.some((segment) => /^\.{0,2}$|\\/.test(segment))) return false;
  if (segments[0] === "server" && segments[1] === "files") {
    // Roots other than the g-code: configuration, logs, timelapses.
    return segments.length > 3 && segments[2] !== "gcodes";
  }
  return decoded === path && isHandedOn(segments.join("."));
}

/**
 * Hands a request on to the printer's own Moonraker and its answer back, both streamed. What comes from
 * there is content of another server on our origin: it is sandboxed, so that a page among a printer's
 * files cannot act as ours. Rejects with `unavailable` when the printer does not answer.
 */
export async function relayHttp(
  { url, apiKey }: ServerBehind,
  path: string,
  query: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const target = new URL(`${url}${path}`);
  for (const [key, value] of new URLSearchParams(query)) {
    if (!KEPT_BACK.includes(key)) target.searchParams.append(key, value);
  }
  const aborted = new AbortController();
  response.once("close", () => aborted.abort());
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const send = target.protocol === "https:" ? httpsRequest : httpRequest;
    const outgoing = send(target, {
      method: request.method,
      agent: false,
      signal: aborted.signal,
      headers: {
        ...pick(request.headers, SENT),
        ...(apiKey === null ? {} : { "X-Api-Key": apiKey }),
      },
    });
    outgoing.once("response", resolve);
    outgoing.once("error", reject);
    // A printer that refuses before it has read everything still has its answer heard.
    pipeline(request, outgoing).catch(reject);
  }).catch((error: unknown) => {
    throw new AppError("unavailable", `The printer did not answer: ${messageOf(error)}`, {
      cause: error,
    });
  });
  for (const [name, value] of Object.entries(pick(answer.headers, RETURNED))) {
    response.setHeader(name, value);
  }
  response.setHeader("Content-Security-Policy", "sandbox; default-src 'none'");
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.writeHead(answer.statusCode ?? 502);
  await pipeline(answer, response);
}

function pick(headers: IncomingHttpHeaders, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = headers[name];
      return typeof value === "string" ? [[name, value]] : [];
    }),
  );
}
