import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { WireError } from "./wireError.ts";

const JSON_TYPE = "application/json; charset=UTF-8";

/** Answers a method's result. GET answers carry an Etag, and 304 when the client has it already. */
export function sendResult(
  request: IncomingMessage,
  response: ServerResponse,
  result: unknown,
): void {
  const body = JSON.stringify({ result });
  if (request.method !== "GET") return sendJson(response, 200, body);
  const etag = `"${createHash("sha1").update(body).digest("hex")}"`;
  response.setHeader("Etag", etag);
  if (matches(request.headers["if-none-match"], etag)) {
    response.writeHead(304).end();
    return;
  }
  sendJson(response, 200, body);
}

export function sendError(response: ServerResponse, { http, message }: WireError): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  sendJson(response, http, JSON.stringify({ error: { code: http, message } }));
}

export function sendJson(response: ServerResponse, status: number, body: string): void {
  response.setHeader("Content-Type", JSON_TYPE);
  response.setHeader("Content-Length", Buffer.byteLength(body));
  response.writeHead(status).end(body);
}

/** A page of our own making, with nothing in it that runs. */
export function sendPage(response: ServerResponse, html: string): void {
  response.setHeader("Content-Type", "text/html; charset=utf-8");
  response.setHeader("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.setHeader("Content-Length", Buffer.byteLength(html));
  response.writeHead(200).end(html);
}

function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header
    .split(",")
    .map((tag) => tag.trim().replace(/^W\//, ""))
    .some((tag) => tag === etag || tag === "*");
}
