import type { Readable } from "node:stream";
import { AppError, messageOf } from "#shared/rpc/errors.ts";
import { SNIFF_BYTES, whyNotGcode } from "./gcodeSniff.ts";

/**
 * The bytes of an upload. A stream that is aborted or ends early throws `bad_request`, never ends as if the
 * file were complete; an AppError the stream was destroyed with passes through.
 */
export function readUpload(bytes: Readable, signal: AbortSignal): AsyncIterable<Uint8Array> {
  // At once, not at the first read: a sender that goes away before would be an unhandled error.
  bytes.on("error", () => undefined);
  const abort = (): void => void bytes.destroy(abortError(signal));
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });
  return wholeUpload(bytes, () => signal.removeEventListener("abort", abort));
}

/** Why an upload was aborted: the AppError the signal carries, else `bad_request`. */
export function abortError(signal: AbortSignal): AppError {
  const reason: unknown = signal.reason;
  return reason instanceof AppError
    ? reason
    : new AppError("bad_request", "The upload was aborted.");
}

async function* wholeUpload(bytes: Readable, onEnd: () => void): AsyncIterable<Uint8Array> {
  try {
    const chunks: AsyncIterable<unknown> = bytes;
    for await (const chunk of chunks) {
      if (chunk instanceof Uint8Array) yield chunk;
      else yield Buffer.from(String(chunk));
    }
    // A stream destroyed without an error may end the loop quietly.
    if (!bytes.readableEnded) throw new Error("the stream was closed");
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError(
      "bad_request",
      `The file did not arrive whole (${messageOf(error)}): send it again.`,
      { cause: error },
    );
  } finally {
    onEnd();
  }
}

/** Passes bytes on and throws `too_large` at the first byte over the limit. */
export async function* limitSize(
  source: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncIterable<Uint8Array> {
  let size = 0;
  for await (const chunk of source) {
    size += chunk.byteLength;
    if (size > maxBytes) {
      throw new AppError(
        "too_large",
        `The file is larger than ${formatBytes(maxBytes)}, the most this server takes.`,
      );
    }
    yield chunk;
  }
}

/** Passes bytes on and throws `bad_request` with the reason when their start is no g-code. */
export async function* requireGcode(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let head: Uint8Array = new Uint8Array(0);
  let judged = false;
  for await (const chunk of source) {
    if (!judged) {
      head = Buffer.concat([head, chunk.subarray(0, SNIFF_BYTES - head.byteLength)]);
      judged = head.byteLength >= SNIFF_BYTES;
      if (judged) refuseOther(head, false);
    }
    yield chunk;
  }
  if (!judged) refuseOther(head, true);
}

function refuseOther(head: Uint8Array, complete: boolean): void {
  const reason = whyNotGcode(head, complete);
  if (reason !== undefined) {
    throw new AppError("bad_request", `The file is not g-code: ${reason}.`);
  }
}

function formatBytes(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${Math.floor(bytes / (1024 * 1024))} MiB` : `${bytes} bytes`;
}
