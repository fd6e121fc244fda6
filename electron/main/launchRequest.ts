import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { PrinterId } from "#shared/domain/ids.ts";
import { APP_ORIGIN } from "#shared/desktop/appOrigin.ts";

/** What a start of the app was for. A second start hands it to the first and ends. */
export const LaunchRequest = z.object({
  /** Absolute paths of files opened with the app. */
  files: z.array(z.string()).max(1000),
  /** A `nextplate://` link's printer, the last where there are several. */
  printer: PrinterId.nullable(),
  /** Started by the system at login: no window where there is a tray. */
  hidden: z.boolean(),
});
export type LaunchRequest = z.output<typeof LaunchRequest>;

/** A start for nothing but the window. */
export const PLAIN_LAUNCH: LaunchRequest = { files: [], printer: null, hidden: false };

/** Started by the login item; other starts show the window. */
export const HIDDEN_SWITCH = "--hidden";

const OPENED = /\.(gcode|gco|g|ufp)$/i;

/** Reads a command line; `directory` is where relative names start. Words of others are passed over. */
export function parseLaunch(argv: readonly string[], directory: string): LaunchRequest {
  const files: string[] = [];
  let printer: LaunchRequest["printer"] = null;
  for (const word of argv) {
    if (word.startsWith("-")) continue;
    const file = fileOf(word, directory);
    if (file !== null) files.push(file);
    else printer = printerOfLink(word) ?? printer;
  }
  return { files: files.slice(0, 1000), printer, hidden: argv.includes(HIDDEN_SWITCH) };
}

/** The printer of `nextplate://printer/ID`; null for every other text. Any program may open such a link. */
export function printerOfLink(link: string): PrinterId | null {
  if (!URL.canParse(link)) return null;
  const url = new URL(link);
  if (url.protocol !== new URL(APP_ORIGIN).protocol || url.host !== "printer") return null;
  return PrinterId.safeParse(url.pathname.replace(/^\/|\/$/g, "")).data ?? null;
}

function fileOf(word: string, directory: string): string | null {
  if (word.startsWith("file:")) {
    return URL.canParse(word) && OPENED.test(new URL(word).pathname) ? pathOf(word) : null;
  }
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(word) || !OPENED.test(word)) return null;
  // A link without slashes, which any page may hold, would read as a name that climbs to a file from here.
  if (word.toLowerCase().startsWith(new URL(APP_ORIGIN).protocol)) return null;
  return resolve(directory, word);
}

function pathOf(url: string): string | null {
  try {
    return fileURLToPath(url);
  } catch {
    return null;
  }
}
