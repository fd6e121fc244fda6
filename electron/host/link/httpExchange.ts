import { request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AppError, RemoteError } from "#shared/rpc/errors.ts";
import { drop } from "#shared/util/drop.ts";
import { describeSocketError, DialError, timedOut, UNAUTHORIZED_ADVICE } from "./dialError.ts";
import { HttpErrorBody } from "./moonrakerFrames.ts";

export interface HttpExchange {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly apiKey: string | null;
  readonly signal: AbortSignal;
  /** Milliseconds without a byte in either direction until the exchange is given up. */
  readonly idleTimeout: number;
  /** The same while the whole body is sent and the server works on its answer; default `idleTimeout`. */
  readonly answerTimeout?: number;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body?: AsyncIterable<Buffer>;
}

/**
 * One HTTP exchange on a connection of its own (nothing is kept open). Resolves with the head of the
 * answer, whose body must be read; redirects are not followed. Rejects with DialError, or with the
 * signal's reason as AppError `unavailable` when aborted.
 */
export function exchange(options: HttpExchange): Promise<IncomingMessage> {
  const url = new URL(options.url);
  const init: RequestOptions = {
    method: options.method,
    agent: false,
    signal: options.signal,
    headers: {
      ...options.headers,
      ...(options.apiKey === null ? {} : { "X-Api-Key": options.apiKey }),
    },
  };
  return new Promise((resolve, reject) => {
    const send = url.protocol === "https:" ? httpsRequest : httpRequest;
    const request = send(url, init, (response) => resolve(response));
    const fail = (error: unknown): void => reject(explain(error, url.host, options.signal));
    request.on("error", fail);
    request.setTimeout(options.idleTimeout, () => request.destroy(timedOut(url.host)));
    if (options.body === undefined) {
      request.end();
      return;
    }
    // A server may refuse before it has read everything: then the answer counts, not the broken pipe.
    request.once("finish", () => request.setTimeout(options.answerTimeout ?? options.idleTimeout));
    drop(pipeline(Readable.from(options.body), request), (error) =>
      setImmediate(() => fail(error)),
    );
  });
}

/** Reads a whole small answer. Rejects with `too_large` beyond `limit` bytes. */
export async function readText(response: IncomingMessage, limit = 1024 * 1024): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    size += bytes.length;
    if (size > limit) {
      response.destroy();
      throw new AppError("too_large", "The printer's answer is longer than any answer should be");
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Parses JSON; undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed;
  } catch {
    return undefined;
  }
}

/** The error an answer with a status of 400 or more stands for. */
export function answerError(response: IncomingMessage, body: string): RemoteError | AppError {
  const status = response.statusCode ?? 0;
  if (status === 401) return new AppError("unauthorized", UNAUTHORIZED_ADVICE);
  const parsed = HttpErrorBody.safeParse(parseJson(body));
  const message = parsed.success ? parsed.data.error : (response.statusMessage ?? "");
  return new RemoteError(status, message === "" ? `HTTP ${status}` : message);
}

function explain(error: unknown, host: string, signal: AbortSignal): Error {
  if (signal.aborted) return new AppError("unavailable", "Cancelled", { cause: error });
  return error instanceof DialError ? error : describeSocketError(error, host);
}
