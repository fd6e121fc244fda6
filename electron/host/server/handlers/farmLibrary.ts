import type { farmLibraryMethods, LibraryItem, TreeName } from "#shared/contract/farmLibrary.ts";
import { AppError, messageOf } from "#shared/rpc/errors.ts";
import type { FarmPrinter } from "../../engine/farm.ts";
import type { QueueItem } from "../../engine/queueEngine.ts";
import type { LibraryFile } from "../../library/library.ts";
import type { Call, HandlersOf } from "../call.ts";
import { unknownPrinter } from "../dispatcher.ts";
import { entriesBelow, moveEntries } from "../libraryEntries.ts";
import type { HandlerParts } from "../parts.ts";

/** The library as the board shows it: whole trees, with what waits in which queue. */
export function farmLibraryHandlers(parts: HandlerParts): HandlersOf<typeof farmLibraryMethods> {
  const { library, farm } = parts;

  const require = (id: string): FarmPrinter => {
    const printer = farm.get(id);
    if (printer === undefined) throw unknownPrinter(id);
    return printer;
  };
  /** Printers whose queues a tree's names end up in. */
  const printersOf = (tree: TreeName): readonly FarmPrinter[] =>
    tree === "farm:" ? farm.printers : [require(tree)];
  const fileAt = (tree: TreeName, path: string): LibraryFile => {
    const file = library.find(tree, path);
    if (file === undefined) {
      throw new AppError("not_found", `There is no file ${JSON.stringify(path)} any more.`);
    }
    return file;
  };

  const waitingIn = ({ engine }: FarmPrinter, path: string, content: string): number =>
    engine.snapshot.stored.copies.filter(
      (copy) => copy.filename === path && copy.contentHash === content,
    ).length;

  async function queueOn(
    printer: FarmPrinter,
    files: readonly LibraryFile[],
    order: { readonly copies: number; readonly front: boolean; readonly start: boolean },
    call: Call,
  ): Promise<void> {
    const items: QueueItem[] = [];
    for (const { tree, path, content } of files) {
      // The name belongs to the printer from now on; what it had queued under it keeps its own bytes.
      if (tree !== printer.id && library.find(printer.id, path)?.content !== content) {
        await library.link(printer.id, path, content);
      }
      items.push({ filename: path, content, copies: order.copies });
    }
    const at = order.front ? "head" : "end";
    const { start } = order;
    await printer.engine.apply(
      { kind: "post", items, at, hold: null, note: "", start },
      call.actor,
    );
  }

  return {
    "farm.library.list": async ({ tree }) => {
      const inUse = usesOf(printersOf(tree));
      return {
        folders: [...library.folders(tree)],
        files: library.list(tree).map((file) => ({
          ...itemOf(file, library.metadata(file.content)),
          in_use: inUse(file),
        })),
        disk: await library.diskUsage(),
      };
    },
    "farm.library.create_folder": async ({ tree, path }) => {
      printersOf(tree);
      await library.createFolder(tree, path);
      return { path };
    },
    "farm.library.move": async ({ tree, from, to }) => {
      printersOf(tree);
      return { moved: await moveEntries(library, tree, from, to) };
    },
    "farm.library.remove": async ({ tree, paths }) => {
      printersOf(tree);
      let removed = 0;
      for (const path of paths) {
        const { files, isFolder } = entriesBelow(library, tree, path);
        for (const file of files) await library.remove(tree, file.path);
        if (isFolder) await library.removeFolder(tree, path);
        removed += files.length;
      }
      return { removed };
    },
    "farm.library.queue": async ({ tree, paths, printers, copies, front, start }, call) => {
      const files = paths.map((path) => fileAt(tree, path));
      const results = [];
      for (const id of new Set(printers)) {
        try {
          const printer = require(id);
          await queueOn(printer, files, { copies, front, start }, call);
          results.push({ printer: id, queue: printer.view().queue, error: null });
        } catch (error) {
          results.push({ printer: id, queue: null, error: messageOf(error) });
        }
      }
      return { results };
    },
    "farm.library.adopt": async ({ tree, path, from }, call) => {
      const { content } = fileAt(tree, path);
      let adopted = 0;
      let kept = 0;
      if (content === from) return { adopted, kept };
      for (const printer of printersOf(tree)) {
        const before = waitingIn(printer, path, from);
        if (before === 0) continue;
        // A printer that had the old bytes under this name prints the new ones from now on.
        if (tree === "farm:" && library.find(printer.id, path)?.content === from) {
          await library.link(printer.id, path, content);
        }
        const change = { kind: "adopt_content", filename: path, from, to: content } as const;
        await printer.engine.apply(change, call.actor);
        const left = waitingIn(printer, path, from);
        adopted += before - left;
        kept += left;
      }
      return { adopted, kept };
    },
  };
}

/** Counts waiting copies once for all files of a listing. */
function usesOf(printers: readonly FarmPrinter[]): (file: LibraryFile) => LibraryItem["in_use"] {
  const uses = new Map<string, Map<FarmPrinter["id"], number>>();
  for (const { id, engine } of printers) {
    for (const { filename, contentHash } of engine.snapshot.stored.copies) {
      const key = `${contentHash}/${filename}`;
      const counts = uses.get(key) ?? new Map<FarmPrinter["id"], number>();
      counts.set(id, (counts.get(id) ?? 0) + 1);
      uses.set(key, counts);
    }
  }
  return ({ content, path }) =>
    [...(uses.get(`${content}/${path}`) ?? [])].map(([printer, copies]) => ({ printer, copies }));
}

type Known = ReturnType<HandlerParts["library"]["metadata"]>;

function itemOf(file: LibraryFile, known: Known): Omit<LibraryItem, "in_use"> {
  return {
    path: file.path,
    content: file.content,
    size: file.size,
    modified: file.modified / 1000,
    parsed: known !== undefined,
    has_thumbnail: (known?.thumbnails.length ?? 0) > 0,
    estimate: known?.estimated_time ?? null,
    slicer: known?.slicer ?? null,
    printer_model: known?.printer_model ?? null,
    nozzle_diameter: known?.nozzle_diameter ?? null,
    layer_height: known?.layer_height ?? null,
    layer_count: known?.layer_count ?? null,
    object_height: known?.object_height ?? null,
    filament_type: known?.filament_type ?? null,
    filament_length: known?.filament_total ?? null,
    filament_weight: known?.filament_weight_total ?? null,
  };
}
