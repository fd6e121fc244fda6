import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { posix } from "node:path";
import type { StagedFile } from "#shared/domain/attempt.ts";
import { AppError, messageOf, RemoteError } from "#shared/rpc/errors.ts";
import { DialError } from "./dialError.ts";
import { answerError, exchange, parseJson, readText } from "./httpExchange.ts";
import { endpointAddress } from "./moonrakerAddress.ts";
import { UploadAnswer } from "./moonrakerFrames.ts";
import { multipartForm } from "./multipart.ts";
import type { Pace, UploadOptions } from "./printerLink.ts";

/** Milliseconds without a byte on the wire. */
const IDLE_TIMEOUT = 30_000;
/** Milliseconds for the answer after the last byte: Moonraker parses the file first (minutes on a Pi). */
const ANSWER_TIMEOUT = 300_000;
const CHUNK = 256 * 1024;

export interface FileServer {
  /** Base address of the Moonraker. */
  readonly base: string;
  readonly apiKey: string | null;
}

/** Streams a local file to `path` below gcodes. Resolves with what the printer says it stored. */
export async function uploadFile(
  server: FileServer,
  localPath: string,
  path: string,
  options: UploadOptions,
): Promise<StagedFile> {
  const { size } = await stat(localPath);
  const form = multipartForm(
    { root: "gcodes", path: folderOf(path) },
    { name: posix.basename(path), size, bytes: readInChunks(localPath, options) },
    `nextplate-${randomBytes(16).toString("hex")}`,
  );
  return asAppError(async () => {
    const response = await exchange({
      method: "POST",
      url: endpointAddress(server.base, "server", "files", "upload"),
      apiKey: server.apiKey,
      signal: options.signal,
      idleTimeout: IDLE_TIMEOUT,
      answerTimeout: ANSWER_TIMEOUT,
      headers: { "Content-Type": form.contentType, "Content-Length": form.contentLength },
      body: form.body,
    });
    const text = await readText(response);
    if ((response.statusCode ?? 0) >= 400) throw answerError(response, text);
    const answer = UploadAnswer.safeParse(parseJson(text));
    if (!answer.success) {
      throw new AppError("unavailable", "The printer's answer to the transfer makes no sense");
    }
    return { path, size: answer.data.item.size, modified: answer.data.item.modified };
  }, options.signal);
}

/** Opens a stored file for reading; `not_found` when there is none. */
export async function openFile(
  server: FileServer,
  path: string,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return asAppError(async () => {
    const response = await exchange({
      method: "GET",
      url: endpointAddress(server.base, "server", "files", "gcodes", ...path.split("/")),
      apiKey: server.apiKey,
      signal,
      idleTimeout: IDLE_TIMEOUT,
    });
    if (response.statusCode === 200) return response;
    const error = answerError(response, await readText(response));
    if (response.statusCode !== 404) throw error;
    throw new AppError("not_found", `The printer has no file ${path}`, { cause: error });
  }, signal);
}

/** Reads a stored file back, streamed through SHA-256. */
export async function hashFile(
  server: FileServer,
  path: string,
  signal: AbortSignal,
  pace?: Pace,
): Promise<{ readonly sha256: string; readonly size: number }> {
  const response = await openFile(server, path, signal);
  return asAppError(async () => {
    const hash = createHash("sha256");
    let size = 0;
    for await (const chunk of response) {
      const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
      await pace?.(bytes.length);
      hash.update(bytes);
      size += bytes.length;
    }
    return { sha256: hash.digest("hex"), size };
  }, signal);
}

/** The folder of a path below gcodes, "" for the root itself. */
export function folderOf(path: string): string {
  const folder = posix.dirname(path);
  return folder === "." ? "" : folder;
}

async function* readInChunks(
  localPath: string,
  { onProgress, pace }: UploadOptions,
): AsyncGenerator<Buffer> {
  let sent = 0;
  for await (const chunk of createReadStream(localPath, { highWaterMark: CHUNK })) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    await pace?.(bytes.length);
    // The next chunk is asked for when the socket has room again: this one has been taken by then.
    yield bytes;
    sent += bytes.length;
    onProgress(sent);
  }
}

/** Failures of the connection as the port's AppError; answers of the printer pass unchanged. */
async function asAppError<T>(run: () => Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (signal.aborted) throw new AppError("unavailable", "Cancelled", { cause: error });
    if (error instanceof AppError || error instanceof RemoteError) throw error;
    const timeout = error instanceof DialError && error.failure === "timeout";
    throw new AppError(timeout ? "timeout" : "unavailable", messageOf(error), { cause: error });
  }
}
