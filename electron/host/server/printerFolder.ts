import { FileItem } from "#shared/contract/files.ts";
import { AppError, RemoteError } from "#shared/rpc/errors.ts";
import * as z from "zod";
import type { Library } from "../library/library.ts";
import { requirePrinter, type Call } from "./call.ts";
import { entriesBelow } from "./libraryEntries.ts";
import { pathOnPrinter, PRINTER_FOLDER, STAGING, type PrinterFiles } from "./printerFiles.ts";
import { handOn, printerIsOff, serverBehind } from "./printerSide.ts";
import type { StagedNames } from "./stagedNames.ts";

/** What a Moonraker answers to a change of its files. */
const Changed = z.object({
  item: FileItem,
  source_item: z.object({ path: z.string(), root: z.string() }).optional(),
  action: z.string(),
});
type Changed = z.output<typeof Changed>;

interface Parts {
  readonly library: Pick<Library, "find" | "list" | "folders" | "remove" | "removeFolder">;
  readonly printerFiles: Pick<PrinterFiles, "expire">;
  readonly stagedNames: StagedNames;
}

/** Whether a name of our tree lies on the printer: below `printer/`, or that folder itself. */
export function isOnPrinter(name: string): boolean {
  return `${name}/`.startsWith(PRINTER_FOLDER);
}

/**
 * Changes of what was put on a printer past us, which its own Moonraker carries out. What of it had been
 * copied here keeps its bytes where they are queued; its name here goes with the one on the printer.
 */
export class PrinterFolder {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async move(call: Call, from: string, to: string): Promise<Changed> {
    const params = { source: theirs(from), dest: theirs(to) };
    const answer = await this.#carryOut("server.files.move", params, call);
    await this.#forget(call, from);
    return answer;
  }

  copy(call: Call, from: string, to: string): Promise<Changed> {
    return this.#carryOut("server.files.copy", { source: theirs(from), dest: theirs(to) }, call);
  }

  createFolder(call: Call, path: string): Promise<Changed> {
    return this.#carryOut("server.files.post_directory", { path: theirs(path) }, call);
  }

  async deleteFolder(call: Call, path: string, force: boolean): Promise<Changed> {
    const params = { path: theirs(path), force };
    const answer = await this.#carryOut("server.files.delete_directory", params, call);
    await this.#forget(call, path);
    return answer;
  }

  /** Also behind a bare Klipper, whose folder we may write. */
  async deleteFile(call: Call, path: string): Promise<void> {
    const { id, link } = requirePrinter(call);
    const below = theirs(path);
    if (link.state.kind !== "connected") throw printerIsOff(path);
    if ((await serverBehind(link)) === null) await link.deleteFile(below.slice("gcodes/".length));
    else await handOn(this.#parts.stagedNames, "server.files.delete_file", { path: below }, call);
    this.#parts.printerFiles.expire(id);
  }

  async #carryOut(method: string, params: object, call: Call): Promise<Changed> {
    const { id, link } = requirePrinter(call);
    if (link.state.kind !== "connected") {
      throw new AppError(
        "unavailable",
        "These files lie on the printer, whose own Moonraker is not connected: nothing was changed. Switch the printer on and try again.",
      );
    }
    if ((await serverBehind(link)) === null) {
      throw new AppError(
        "unavailable",
        "These files lie in Klipper's own folder and there is no Moonraker to change them: nothing was changed. Change them in that folder.",
      );
    }
    // Not through `handOn`: its translation is for names of ours, and these are the printer's own.
    const answer = Changed.safeParse(await link.request(method, params));
    this.#parts.printerFiles.expire(id);
    if (!answer.success) {
      throw new RemoteError(502, "The printer's answer to the change makes no sense");
    }
    const { item, source_item: source, action } = answer.data;
    return {
      item: { ...item, path: PRINTER_FOLDER + item.path },
      ...(source === undefined
        ? {}
        : { source_item: { ...source, path: PRINTER_FOLDER + source.path } }),
      action,
    };
  }

  /** Names here of what is no longer there. */
  async #forget(call: Call, path: string): Promise<void> {
    const { library } = this.#parts;
    const { id } = requirePrinter(call);
    if (library.find(id, path) === undefined && !library.folders(id).includes(path)) return;
    const { files, isFolder } = entriesBelow(library, id, path);
    for (const file of files) await library.remove(id, file.path);
    if (isFolder) await library.removeFolder(id, path);
  }
}

/** A name of our tree as the printer has it. Throws `bad_request` for what is not its to change. */
function theirs(name: string): string {
  const path = pathOnPrinter(name);
  if (path === null || `${path}/`.startsWith(STAGING)) {
    throw new AppError(
      "bad_request",
      `The folder ${JSON.stringify(name)} stands for the printer's own files and cannot be changed itself.`,
    );
  }
  return `gcodes/${path}`;
}
