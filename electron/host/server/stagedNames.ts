import type { PrinterId } from "#shared/domain/ids.ts";
import type { PrinterObjects } from "#shared/util/mergeStatus.ts";
import type { FarmPrinter } from "../engine/farm.ts";
import type { Library } from "../library/library.ts";

/** Where staging puts files: `nextplate/<first 8 hex of the content>/<name>.gcode`. */
const STAGED = /nextplate\/([0-9a-f]{8})\/[^"\n\r]*?\.gcode/g;
/** The first letters of the content that lies at a staged path; undefined for other paths. */
export function contentOfStaged(path: string): string | undefined {
  return /^nextplate\/([0-9a-f]{8})\//.exec(path)?.[1];
}

/** Names kept per printer; a print can only be of the last few files staged. */
const MOST = 64;

/**
 * Printers know our files by their staged path, clients by their library name; front ends compare these
 * strictly. Translates everything a printer says before it goes to a client.
 */
export class StagedNames {
  readonly #library: Pick<Library, "list">;
  readonly #names = new Map<PrinterId, Map<string, string>>();

  constructor(library: Pick<Library, "list">) {
    this.#library = library;
  }

  /** Remembers what the queue of a printer says of its attempts, also after they ended. */
  learn({ id, engine }: FarmPrinter): void {
    const { attempt, undecided } = engine.snapshot.stored;
    for (const known of attempt === null ? undecided : [...undecided, attempt]) {
      if (known.staged === null) continue;
      const names = this.#names.get(id) ?? new Map<string, string>();
      names.delete(known.staged.path);
      names.set(known.staged.path, known.filename);
      const oldest = names.keys().next();
      if (names.size > MOST && oldest.done !== true) names.delete(oldest.value);
      this.#names.set(id, names);
    }
  }

  /** Where the printer has the file that was brought there last under a library name; undefined: nowhere known. */
  stagedAt(printer: PrinterId, filename: string): string | undefined {
    const staged = [...(this.#names.get(printer) ?? [])];
    return staged.findLast(([, name]) => name === filename)?.[0];
  }

  /** Replaces every staged path within `text` by its library name. */
  translate(printer: PrinterId, text: string): string {
    if (!text.includes("nextplate/")) return text;
    return text.replaceAll(STAGED, (path: string, content: string) =>
      this.#nameOf(printer, path, content),
    );
  }

  /** The same in every text of a value that came from a printer. */
  translateAll(printer: PrinterId, value: unknown): unknown {
    if (typeof value === "string") return this.translate(printer, value);
    if (Array.isArray(value)) return value.map((item) => this.translateAll(printer, item));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, this.translateAll(printer, member)]),
    );
  }

  /** The same in the fields of a printer's status that hold paths. */
  translateStatus(printer: PrinterId, status: PrinterObjects): PrinterObjects {
    return this.#field(
      printer,
      this.#field(printer, status, "print_stats", "filename"),
      "virtual_sdcard",
      "file_path",
    );
  }

  #field(
    printer: PrinterId,
    status: PrinterObjects,
    object: string,
    field: string,
  ): PrinterObjects {
    const fields = status[object];
    const path = fields?.[field];
    if (typeof path !== "string") return status;
    const name = this.translate(printer, path);
    return name === path ? status : { ...status, [object]: { ...fields, [field]: name } };
  }

  /** After a restart of the host the library still knows which of its names has that content. */
  #nameOf(printer: PrinterId, path: string, content: string): string {
    const known = this.#names.get(printer)?.get(path);
    if (known !== undefined) return known;
    return (
      this.#library.list(printer).find((file) => file.content.startsWith(content))?.path ?? path
    );
  }
}
