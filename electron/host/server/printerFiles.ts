import type { PrinterId } from "#shared/domain/ids.ts";
import { AppError } from "#shared/rpc/errors.ts";
import type { Clock } from "#shared/util/clock.ts";
import * as z from "zod";
import type { FarmPrinter } from "../engine/farm.ts";
import type { Library } from "../library/library.ts";
import type { PrinterLink } from "../link/printerLink.ts";
import type { SettingsStore } from "../store/settingsStore.ts";
import { serverBehind } from "./printerSide.ts";

/** The folder of our tree under which the printer's own files are shown. */
export const PRINTER_FOLDER = "printer/";
/** Our own folder on the printer, which is nobody else's business. */
export const STAGING = "nextplate/";
/** Milliseconds for which a listing counts as fresh. */
const FRESH = 2_000;
const MOST_FILES = 20_000;
const MOST_FOLDERS = 500;
/** Milliseconds for one file to be copied into the library. */
const COPY_WITHIN = 600_000;

/** A file on a printer; `path` below its gcodes root, `modified` in Unix seconds. */
const PrinterFile = z.object({ path: z.string(), size: z.int(), modified: z.number() });
export type PrinterFile = z.output<typeof PrinterFile>;
const Listing = z.array(PrinterFile);

interface Parts {
  readonly settings: SettingsStore;
  readonly library: Library;
  readonly clock: Clock;
  readonly maxBytes: number;
}

/**
 * Files that were put on a printer past us. They are shown below `printer/`, as last seen while it is off,
 * and copied into the library when they are queued: only what is kept here can be printed exactly once.
 */
export class PrinterFiles {
  readonly #parts: Parts;
  readonly #seen = new Map<PrinterId, { readonly at: number; readonly files: PrinterFile[] }>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** What lies on a printer now, or lay there when it was last seen. Never rejects. */
  async list({ id, link }: FarmPrinter): Promise<readonly PrinterFile[]> {
    const { settings, clock } = this.#parts;
    const now = clock.monotonic();
    const seen = this.#seen.get(id) ?? {
      at: -Infinity,
      files: Listing.safeParse(settings.get(settingOf(id))).data ?? [],
    };
    this.#seen.set(id, seen);
    if (link.state.kind !== "connected" || now - seen.at < FRESH) return seen.files;
    try {
      const files = (await listingOf(link))
        .filter(({ path }) => !path.startsWith(STAGING) && isGcode(path))
        .slice(0, MOST_FILES);
      this.#seen.set(id, { at: now, files });
      if (JSON.stringify(files) !== JSON.stringify(seen.files)) {
        await settings.set(settingOf(id), files);
      }
      return files;
    } catch {
      // What was seen before is the best there is to say.
      return seen.files;
    }
  }

  /** The next look asks the printer again. */
  expire(id: PrinterId): void {
    const seen = this.#seen.get(id);
    if (seen !== undefined) this.#seen.set(id, { ...seen, at: -Infinity });
  }

  /** The file on the printer that a name of our tree stands for. */
  async find(printer: FarmPrinter, name: string): Promise<PrinterFile | undefined> {
    if (!name.startsWith(PRINTER_FOLDER)) return undefined;
    const path = name.slice(PRINTER_FOLDER.length);
    return (await this.list(printer)).find((file) => file.path === path);
  }

  /**
   * A name as our tree has it: what the printer calls by its own name stands below `printer/`, and front ends
   * that saw it print ask for it by the printer's. A file kept here under that name comes first.
   */
  async nameInTree(printer: FarmPrinter, name: string): Promise<string> {
    if (this.#parts.library.find(printer.id, name) !== undefined) return name;
    const below = PRINTER_FOLDER + name;
    return (await this.find(printer, below)) === undefined ? name : below;
  }

  /** The files of the printer that a name stands for: itself, or what lies in the folder of that name. */
  async below(printer: FarmPrinter, name: string): Promise<readonly string[]> {
    const names = (await this.list(printer)).map(({ path }) => PRINTER_FOLDER + path);
    return names.filter((file) => file === name || file.startsWith(`${name}/`));
  }

  /**
   * Folders of the printer in a folder below `printer/`, empty ones too; null where there is no such folder,
   * and while the printer is off.
   */
  async foldersIn(printer: FarmPrinter, folder: string): Promise<readonly string[] | null> {
    const path = folder === "printer" ? "" : pathOnPrinter(folder);
    const isOurs = `${path ?? ""}/`.startsWith(STAGING);
    if (path === null || isOurs || printer.link.state.kind !== "connected") return null;
    try {
      const listing = await printer.link.listFolder(path);
      const theirs = listing?.folders.filter((name) => !name.startsWith(".")) ?? null;
      return path === "" ? (theirs?.filter((name) => `${name}/` !== STAGING) ?? null) : theirs;
    } catch {
      // What is known of the files says the most there is to say.
      return null;
    }
  }

  /**
   * Makes sure that the library has a file of the printer under its name, with the bytes it has now.
   * Rejects with `bad_request` when it would have to be copied and the printer is off.
   */
  async bringIn(printer: FarmPrinter, name: string): Promise<void> {
    const onPrinter = await this.find(printer, name);
    if (onPrinter === undefined) return;
    const { library, maxBytes } = this.#parts;
    const { id, link } = printer;
    const copy = library.find(id, name);
    if (copy?.size === onPrinter.size && copy.modified >= onPrinter.modified * 1000) return;
    if (link.state.kind !== "connected") {
      if (copy !== undefined) return;
      throw new AppError(
        "bad_request",
        `${name} lies on the printer, which is off, and has not been copied from it yet. Switch the printer on, or upload the file here.`,
      );
    }
    const bytes = await link.openFile(onPrinter.path, AbortSignal.timeout(COPY_WITHIN));
    await library.intake(id, name, bytes, { maxBytes });
  }
}

/** Where on the printer a name below `printer/` lies; null for other names, and for those that climb. */
export function pathOnPrinter(name: string): string | null {
  if (!name.startsWith(PRINTER_FOLDER)) return null;
  const path = name.slice(PRINTER_FOLDER.length);
  return path.split("/").some((part) => /^\.{0,2}$|[\\\0]/.test(part)) ? null : path;
}

/** From a Moonraker in one answer, from a bare Klipper folder by folder. */
async function listingOf(link: PrinterLink): Promise<PrinterFile[]> {
  if ((await serverBehind(link)) !== null) {
    return Listing.parse(await link.request("server.files.list", { root: "gcodes" }));
  }
  const files: PrinterFile[] = [];
  const folders = [""];
  for (let visited = 0; visited < MOST_FOLDERS; visited++) {
    const folder = folders.shift();
    if (folder === undefined) break;
    const listing = await link.listFolder(folder);
    if (listing === null) continue;
    files.push(...listing.files);
    const prefix = folder === "" ? "" : `${folder}/`;
    folders.push(...listing.folders.map((name) => prefix + name));
  }
  return files;
}

/** What Klipper can open; its own rule, letter case and all. */
function isGcode(path: string): boolean {
  return /\.(gcode|gco|g)$/.test(path) && !path.split("/").some((part) => part.startsWith("."));
}

function settingOf(id: PrinterId): string {
  return `printer_files/${id}`;
}
