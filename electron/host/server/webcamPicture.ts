import type { ServerResponse } from "node:http";
import { AppError, messageOf } from "#shared/rpc/errors.ts";
import * as z from "zod";
import type { FarmPrinter } from "../engine/farm.ts";
import { serverBehind } from "./printerSide.ts";

/** Milliseconds for one picture; a camera that takes longer is as good as none. */
const TIMEOUT = 5000;
/** Bytes; a still of a camera has a few hundred thousand. */
const AT_MOST = 8_000_000;
/** Formats a camera makes. No SVG: it could carry a script. */
const FORMATS = ["image/jpeg", "image/png", "image/webp"];

const Webcams = z.object({
  webcams: z.array(
    z.looseObject({
      enabled: z.boolean().default(true),
      snapshot_url: z.string().default(""),
    }),
  ),
});

/**
 * Address of the first camera's still picture. A relative one is below the printer's own web server, which
 * is where Moonraker's address points to without its port. Null = no camera that makes stills.
 */
export function snapshotUrl(list: unknown, moonraker: string): URL | null {
  const { data } = Webcams.safeParse(list);
  const camera = data?.webcams.find((one) => one.enabled && one.snapshot_url !== "");
  if (camera === undefined) return null;
  const { protocol, hostname } = new URL(moonraker);
  const base = `${protocol}//${hostname}/`;
  if (!URL.canParse(camera.snapshot_url, base)) return null;
  const url = new URL(camera.snapshot_url, base);
  return url.protocol === "http:" || url.protocol === "https:" ? url : null;
}

/**
 * Fetches a still of the printer's camera, so that the page needs no other server than this one. The address
 * is never the caller's: it is what the printer's own Moonraker lists. Rejects with `not_found` without a
 * camera and with `unavailable` when it shows nothing.
 */
export async function sendWebcamPicture(
  { link }: FarmPrinter,
  response: ServerResponse,
): Promise<void> {
  const server = await serverBehind(link);
  const list = server === null ? null : await link.request("server.webcams.list", {});
  const url = server === null ? null : snapshotUrl(list, server.url);
  if (url === null) throw new AppError("not_found", "This printer has no camera.");
  const { type, bytes } = await fetchPicture(url).catch((error: unknown) => {
    throw new AppError("unavailable", `The camera shows nothing: ${messageOf(error)}`);
  });
  response.writeHead(200, {
    "Content-Type": type,
    "Content-Length": bytes.length,
    "Cache-Control": "no-store",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
  });
  response.end(bytes);
}

async function fetchPicture(url: URL): Promise<{ type: string; bytes: Buffer }> {
  const answer = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(TIMEOUT) });
  const type = (answer.headers.get("content-type") ?? "").split(";", 1)[0]?.trim() ?? "";
  if (!answer.ok || !FORMATS.includes(type) || answer.body === null) {
    await answer.body?.cancel();
    throw new Error(`its answer is no picture (HTTP ${answer.status})`);
  }
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of answer.body) {
    size += part.length;
    if (size > AT_MOST) throw new Error("its picture is too large");
    parts.push(part);
  }
  return { type, bytes: Buffer.concat(parts) };
}
