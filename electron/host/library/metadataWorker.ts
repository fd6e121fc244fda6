import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { parentPort } from "node:worker_threads";
import { messageOf } from "#shared/rpc/errors.ts";
import { END_BYTES } from "./gcodeMetadata/gcodeText.ts";
import { parseGcode } from "./gcodeMetadata/parseGcode.ts";
import type { ParseAnswer, ParseRequest } from "./metadataMessages.ts";

// Entry of the worker thread that parses g-code. It never opens the store: a worker that is terminated
// while it uses SQLite takes the whole process with it. It imports no schemas either, to be up at once: its
// only sender is the parser of this program, which checks the answers.
const port = parentPort;
if (port === null) throw new Error("metadataWorker.ts is the entry of a worker thread");
port.on("message", (request: ParseRequest) => port.postMessage(answer(request)));

function answer({ id, path }: ParseRequest): ParseAnswer {
  try {
    const { head, tail, size } = readEnds(path);
    const { metadata, thumbnails } = parseGcode(head, tail, size);
    return { kind: "parsed", id, parsed: { metadata, thumbnails: [...thumbnails] } };
  } catch (error) {
    return { kind: "failed", id, message: messageOf(error) };
  }
}

/** Start and end of a file, however large it is. */
function readEnds(path: string): { head: Uint8Array; tail: Uint8Array; size: number } {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    const head = readAt(file, 0, Math.min(size, END_BYTES));
    const tailAt = Math.max(0, size - END_BYTES);
    return { head, tail: tailAt === 0 ? head : readAt(file, tailAt, END_BYTES), size };
  } finally {
    closeSync(file);
  }
}

function readAt(file: number, position: number, length: number): Uint8Array {
  const buffer = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const read = readSync(file, buffer, filled, length - filled, position + filled);
    if (read === 0) break;
    filled += read;
  }
  return buffer.subarray(0, filled);
}
