import type { fileChangeMethods } from "#shared/contract/files.ts";
import type { Params, Result } from "#shared/contract/index.ts";
import { AppError } from "#shared/rpc/errors.ts";
import type { LibraryFile } from "../../library/library.ts";
import { requirePrinter, type Arguments, type Call } from "../call.ts";
import { archiveName } from "../gcodeArchives.ts";
import { entriesBelow } from "../libraryEntries.ts";
import type { HandlerParts } from "../parts.ts";
import { isOnPrinter } from "../printerFolder.ts";
import { isGcodesPath, pathInGcodes } from "../roots.ts";

type Relay = <M extends keyof typeof fileChangeMethods>(
  method: M,
  args: Arguments,
  call: Call,
) => Promise<Result<M>>;

/**
 * Packs g-code kept here into an archive kept here, under whatever root and name was asked for: front ends
 * name one of the printer's, fetch it at once and leave it lying. Archives of other roots are the printer's.
 */
export function zipHandler({ library, printerFiles, archives, clock }: HandlerParts, relay: Relay) {
  /** The files an item stands for, brought here from the printer where they lie there. */
  const filesOf = async (call: Call, item: string): Promise<readonly LibraryFile[]> => {
    const printer = requirePrinter(call);
    const name = pathInGcodes(item);
    if (name === "") return library.list(printer.id);
    if (isOnPrinter(name)) {
      const below = await printerFiles.below(printer, name);
      for (const file of below) await printerFiles.bringIn(printer, file);
      if (below.length > 0) {
        return below.flatMap((file) => library.find(printer.id, file) ?? []);
      }
    }
    try {
      return entriesBelow(library, printer.id, name).files;
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== "not_found") throw error;
      throw new AppError("bad_request", `File or folder ${item} does not exist`, { cause: error });
    }
  };

  return async (
    args: Params<"server.files.zip">,
    call: Call,
  ): Promise<Result<"server.files.zip">> => {
    const { items, store_only, dest } = args;
    if (items.length === 0)
      throw new AppError("bad_request", "At least one file or folder is needed");
    const ours = items.filter((item) => isGcodesPath(item));
    if (ours.length === 0) {
      if (dest !== undefined && isGcodesPath(dest)) throw mixed();
      return relay("server.files.zip", args, call);
    }
    if (ours.length < items.length) throw mixed();
    const { id } = requirePrinter(call);
    const [root = "gcodes", ...below] = (dest ?? `gcodes/${archiveName(clock.now())}`)
      .replace(/^\/+/, "")
      .split("/");
    // Throws for a root that is none and a path that climbs.
    isGcodesPath([root, ...below].join("/"));
    const path = below.join("/");
    if (
      !/^[^\p{Cc}\\]{1,250}\.zip$/iu.test(path) ||
      below.some((part) => part === "" || part === ".")
    ) {
      throw new AppError(
        "bad_request",
        `The archive ${JSON.stringify(path)} needs a name that ends in .zip`,
      );
    }
    const files = new Map<string, LibraryFile>();
    for (const item of ours) {
      for (const file of await filesOf(call, item)) files.set(file.path, file);
    }
    const { item } = await archives.pack(id, { root, path }, [...files.values()], store_only);
    return { destination: item, action: "zip_files" };
  };
}

function mixed(): AppError {
  return new AppError(
    "bad_request",
    "G-code is kept here and the other folders lie on the printer: pack them into two archives.",
  );
}
