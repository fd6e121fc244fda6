import { UploadAnswer } from "#shared/contract/files.ts";
import { AppError } from "#shared/rpc/errors.ts";
import * as z from "zod";

const ErrorBody = z.object({ error: z.object({ message: z.string() }) });

export interface UploadOptions {
  readonly url: string;
  readonly file: File;
  /** Folder of the tree it goes to; absent = the top level. */
  readonly folder?: string;
  /** Share of the bytes sent, 0 to 1. */
  readonly onProgress: (share: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Sends one file to a printer's library. XMLHttpRequest, because fetch tells nothing of an upload's
 * progress. Rejects with the server's own words, or says that it was cancelled or cut off.
 */
export function uploadFile(options: UploadOptions): Promise<UploadAnswer> {
  const { url, file, signal } = options;
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append("root", "gcodes");
    if (options.folder !== undefined) form.append("path", options.folder);
    form.append("file", file, file.name);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable && event.total > 0) options.onProgress(event.loaded / event.total);
    });
    request.addEventListener("load", () => {
      try {
        resolve(readAnswer(request.status, request.responseText));
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
    request.addEventListener("error", () =>
      reject(
        new AppError("unavailable", "The host did not answer. Is it still running? Try again."),
      ),
    );
    request.addEventListener("abort", () =>
      reject(new AppError("bad_request", "Upload cancelled")),
    );
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.open("POST", url);
    request.send(form);
  });
}

/** Reads the answer to an upload; throws what the server said when it refused. */
export function readAnswer(status: number, body: string): UploadAnswer {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    json = undefined;
  }
  if (status >= 200 && status < 300) {
    const answer = UploadAnswer.safeParse(json);
    if (answer.success) return answer.data;
    throw new AppError("internal", "The host's answer to the upload was not understood");
  }
  const refusal = ErrorBody.safeParse(json);
  throw new AppError(
    "bad_request",
    refusal.success ? refusal.data.error.message : `The host refused the file (HTTP ${status})`,
  );
}
