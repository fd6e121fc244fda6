import type { PrinterId } from "#shared/domain/ids.ts";
import { AppError } from "#shared/rpc/errors.ts";
import type { QueueItem } from "../engine/queueEngine.ts";
import type { Library } from "../library/library.ts";

/**
 * Finds files of a printer's library to be queued, one copy each. Throws `bad_request` in Moonraker's words
 * for the first that does not exist; then nothing is queued.
 */
export function queueItems(
  library: Pick<Library, "find">,
  printer: PrinterId,
  filenames: readonly string[],
): QueueItem[] {
  return filenames.map((filename) => queueItem(library, printer, filename, 1));
}

export function queueItem(
  library: Pick<Library, "find">,
  printer: PrinterId,
  filename: string,
  copies: number,
): QueueItem {
  const file = library.find(printer, filename);
  if (file === undefined) {
    throw new AppError("bad_request", `G-Code File ${filename} does not exist`);
  }
  return { filename, content: file.content, copies };
}
