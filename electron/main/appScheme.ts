import { readFile } from "node:fs/promises";
import { extname, join, sep } from "node:path";
import type { CustomScheme, Protocol } from "electron";
import { APP_ORIGIN } from "#shared/desktop/appOrigin.ts";

/**
 * The page has a scheme of its own instead of file://, so that it has an origin that the host can check,
 * a policy header on every answer, and no way to read other files. To be registered before `ready`.
 */
export const APP_SCHEME: CustomScheme = {
  scheme: new URL(APP_ORIGIN).protocol.slice(0, -1),
  privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
};

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
};

export interface AppPages {
  /** Folder of the built board. */
  readonly root: string;
  readonly policy: string;
  /** Pages made in memory, by path; they come before files. */
  readonly made: ReadonlyMap<string, string>;
}

/** Serves `nextplate://app/`. `pages` is asked anew for each request. */
export function serveAppScheme(protocol: Protocol, pages: () => AppPages): void {
  protocol.handle(APP_SCHEME.scheme, (request) => answer(request, pages()));
}

/** One answer; files outside the root, other hosts and other verbs do not exist. */
export async function answer(request: Request, pages: AppPages): Promise<Response> {
  const url = new URL(request.url);
  if (url.host !== new URL(APP_ORIGIN).host || request.method !== "GET") return refuse(pages);
  const path = url.pathname === "/" ? "/index.html" : url.pathname;
  const made = pages.made.get(path);
  if (made !== undefined) return respond(pages, 200, made, extname(path));
  const file = fileBelow(pages.root, path);
  if (file === null) return refuse(pages);
  try {
    return respond(pages, 200, await readFile(file), extname(file));
  } catch {
    return refuse(pages);
  }
}

function fileBelow(root: string, path: string): string | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return null;
  }
  const file = join(root, decoded);
  return file.startsWith(join(root, sep)) && !decoded.includes("\0") ? file : null;
}

function refuse(pages: AppPages): Response {
  return respond(pages, 404, "Not found", ".html");
}

function respond(
  pages: AppPages,
  status: number,
  body: string | Buffer<ArrayBuffer>,
  extension: string,
): Response {
  return new Response(body, {
    status,
    headers: {
      "Content-Type": MEDIA_TYPES[extension] ?? "application/octet-stream",
      "Content-Security-Policy": pages.policy,
      "X-Content-Type-Options": "nosniff",
      "Cache-Control": "no-cache",
    },
  });
}
