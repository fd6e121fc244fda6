import type { FarmPrinter } from "../engine/farm.ts";
import type { LibraryFile } from "../library/library.ts";

/** The file a printer's queue is printing: what it was started with, whatever its name stands for by now. */
export function runningFile({ id, engine }: FarmPrinter): LibraryFile | undefined {
  const { attempt } = engine.snapshot.stored;
  if (attempt === null || attempt.staged === null) return undefined;
  const { filename, contentHash, staged } = attempt;
  const { size, modified } = staged;
  return { tree: id, path: filename, content: contentHash, size, modified: modified * 1000 };
}
