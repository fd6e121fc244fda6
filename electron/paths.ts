import { fileURLToPath } from "node:url";
import * as z from "zod";

/** Source or bundle? The same code runs as `electron/*.ts` and as `out/main/*.js`. */
const fromSource = import.meta.url.endsWith(".ts");

/** The built board: `out/renderer`, without a trailing separator. */
export function boardDirectory(): string {
  const url = new URL(fromSource ? "../out/renderer" : "../renderer", import.meta.url);
  return fileURLToPath(url);
}

/** The worker that parses g-code off the main thread. */
export function metadataWorkerUrl(): URL {
  const file = fromSource ? "./host/library/metadataWorker.ts" : "./metadataWorker.js";
  return new URL(file, import.meta.url);
}

const Manifest = z.object({ version: z.string() });

/** The version in package.json, which lies beside `electron/` and `out/`. */
export function packageVersion(read: (url: URL) => string): string {
  const url = new URL(fromSource ? "../package.json" : "../../package.json", import.meta.url);
  return Manifest.parse(JSON.parse(read(url))).version;
}
