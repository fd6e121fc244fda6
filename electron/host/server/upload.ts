import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { Busboy, type BusboyInstance } from "@fastify/busboy";
import type { UploadAnswer } from "#shared/contract/files.ts";
import { AppError } from "#shared/rpc/errors.ts";
import type { FarmPrinter } from "../engine/farm.ts";
import type { Library, LibraryFile, Tree } from "../library/library.ts";
import type { Call } from "./call.ts";
import { fileItem } from "./fileItems.ts";
import { collect, type ForeignUpload } from "./foreignUpload.ts";

/** Names the library may take; other files are for other roots, or for nobody. */
const GCODE_NAME = /\.(?:gcode|gco|nc|g|ufp)$/i;
/** Bytes a form may take beyond its file. */
const FORM_OVERHEAD = 4 * 1024 * 1024;

export interface UploadOptions {
  /** Bytes. */
  readonly maxBytes: number;
}

/** What a form held: a file that is in the library now, or one for a root of the printer. */
export type Upload =
  | { readonly kind: "kept"; readonly file: LibraryFile; readonly print: boolean }
  | { readonly kind: "foreign"; readonly upload: ForeignUpload };

/**
 * Takes in one file of a multipart form. G-code is streamed into the library; what by its name or by a
 * field before it is for another root is read into memory. The fields `root`, `path`, `checksum`, `print`
 * may stand before or after the file, so its name is settled when the form has ended. Rejects with
 * `bad_request`, `too_large`, `checksum_mismatch`, `storage_full`; then nothing is kept.
 */
export async function receiveUpload(
  library: Library,
  tree: Tree,
  request: IncomingMessage,
  options: UploadOptions,
): Promise<Upload> {
  const fields = new Map<string, string>();
  return new Promise<Upload>((resolve, reject) => {
    const form = openForm(request, options);
    let intake: Promise<Upload> | undefined;
    let endForm: () => void = () => {};
    let breakForm: (error: Error) => void = () => {};
    const ended = new Promise<void>((resolveEnd, rejectEnd) => {
      endForm = resolveEnd;
      breakForm = rejectEnd;
    });
    // Whether or not an intake waits for it.
    ended.catch(() => {});
    const fail = (error: unknown): void => {
      breakForm(asError(error));
      request.unpipe(form);
      reject(asError(error));
    };
    form.on("field", (name, value) => fields.set(name, value));
    form.on("file", (name, stream, filename) => {
      if (name !== "file" || filename === "" || filename === undefined || intake !== undefined) {
        stream.resume();
        return;
      }
      stream.on("limit", () => stream.destroy(tooLarge(options)));
      request.once("aborted", () => stream.destroy(truncated()));
      const keep = async (bytes: Readable): Promise<Upload> => {
        const file = await library.intake(tree, filename, bytes, {
          maxBytes: options.maxBytes,
          whenRead: async () => {
            await ended;
            const checksum = fields.get("checksum");
            return {
              path: pathOf(fields, filename),
              ...(checksum === undefined ? {} : { checksum }),
            };
          },
        });
        return { kind: "kept", file, print: fields.get("print") === "true" };
      };
      const wait = async (): Promise<Upload> => {
        const bytes = await collect(stream);
        await ended;
        const root = fields.get("root") ?? "gcodes";
        if (root === "gcodes") return keep(Readable.from([bytes]));
        return { kind: "foreign", upload: { root, filename, bytes, fields } };
      };
      const root = fields.get("root");
      const isOurs = root === undefined ? GCODE_NAME.test(filename) : root === "gcodes";
      intake = isOurs ? keep(stream) : wait();
      intake.then(resolve, fail);
    });
    form.on("finish", () => {
      if (intake === undefined)
        fail(
          new AppError(
            "bad_request",
            'The form has no file, or its name holds a line break: send a part "file" with a plain name',
          ),
        );
      endForm();
    });
    form.on("error", () => fail(truncated()));
    request.once("aborted", () => fail(truncated()));
    request.pipe(form);
  });
}

/** Prints or queues an uploaded file when asked to, and answers as Moonraker does: the bare body. */
export async function uploadAnswer(
  file: LibraryFile,
  print: boolean,
  printer: FarmPrinter,
  call: Pick<Call, "actor" | "endpoint">,
): Promise<UploadAnswer> {
  const started = print && call.endpoint.kind !== "queue" && (await startNow(file, printer, call));
  const queued = print && !started;
  if (queued) {
    const item = { filename: file.path, content: file.content, copies: 1 };
    await printer.engine.apply(
      { kind: "post", items: [item], at: "end", hold: null, note: "", start: false },
      call.actor,
    );
  }
  return {
    item: fileItem(file),
    print_started: started,
    print_queued: queued,
    action: "create_file",
  };
}

async function startNow(
  file: LibraryFile,
  { engine }: FarmPrinter,
  call: Pick<Call, "actor">,
): Promise<boolean> {
  const item = { filename: file.path, content: file.content, copies: 1 };
  try {
    await engine.apply({ kind: "print_now", item }, call.actor);
    return true;
  } catch (error) {
    // Not now (occupied plate, busy, off): it waits in the queue instead.
    if (error instanceof AppError && error.code !== "storage_full") return false;
    throw error;
  }
}

function openForm(request: IncomingMessage, { maxBytes }: UploadOptions): BusboyInstance {
  // Said at once, not after a gigabyte was written.
  if (Number(request.headers["content-length"] ?? 0) > maxBytes + FORM_OVERHEAD) {
    throw tooLarge({ maxBytes });
  }
  const contentType = request.headers["content-type"] ?? "";
  if (!contentType.startsWith("multipart/form-data")) {
    throw new AppError(
      "bad_request",
      "A file is uploaded as multipart/form-data, in the part `file`",
    );
  }
  try {
    return new Busboy({
      headers: { ...request.headers, "content-type": contentType },
      // The name is checked by the library; cutting its folders off here would hide a wrong one.
      preservePath: true,
      limits: { fileSize: maxBytes + 1, files: 2, fields: 50, fieldSize: 64 * 1024 },
    });
  } catch {
    throw new AppError("bad_request", "The form is malformed: its boundary is missing");
  }
}

/** Where the file goes: `path` is a folder of the gcodes root. */
function pathOf(fields: ReadonlyMap<string, string>, filename: string): string {
  const root = fields.get("root") ?? "gcodes";
  if (root !== "gcodes") {
    throw new AppError(
      "bad_request",
      `A g-code file for the root "${root}": send the field root before the file`,
    );
  }
  const folder = (fields.get("path") ?? "").replace(/^\/+|\/+$/g, "");
  return folder === "" ? filename : `${folder}/${filename}`;
}

function truncated(): AppError {
  return new AppError("bad_request", "The upload ended before the form was complete");
}

function tooLarge({ maxBytes }: UploadOptions): AppError {
  return new AppError("too_large", `The file is larger than the limit of ${maxBytes} bytes`);
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
