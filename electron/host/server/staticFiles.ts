import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { AppError } from "#shared/rpc/errors.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};
const POLICY = [
  "default-src 'self'",
  "connect-src 'self' ws: wss:",
  "img-src 'self' data: blob:",
  "style-src 'self' 'unsafe-inline'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");
const NOT_BUILT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Nextplate</title>
<body style="font-family: system-ui; max-width: 40rem; margin: 4rem auto">
<h1>Nextplate is running</h1>
<p>The API answers here, but the board has not been built. Run <code>npm run build</code> and start again.</p>`;

/** Sends a file of the built board; what it names by hash is cached for ever, the page itself never. */
export async function sendStatic(
  dir: string | null,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader("Content-Security-Policy", POLICY);
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.setHeader("Referrer-Policy", "no-referrer");
  if (dir === null) {
    if (path !== "/") throw new AppError("not_found", "Not Found");
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end(NOT_BUILT);
    return;
  }
  const file = join(dir, normalize(decode(path === "/" ? "/index.html" : path)));
  const found = file.startsWith(dir + sep) ? await stat(file).catch(() => undefined) : undefined;
  if (found?.isFile() !== true) throw new AppError("not_found", "Not Found");
  const hashed = path.startsWith("/assets/");
  response.writeHead(200, {
    "Content-Type": TYPES[extname(file)] ?? "application/octet-stream",
    "Content-Length": found.size,
    "Cache-Control": hashed ? "public, max-age=31536000, immutable" : "no-cache",
  });
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  await pipeline(createReadStream(file), response);
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new AppError("not_found", "Not Found");
  }
}
