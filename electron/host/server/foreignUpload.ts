import type { Readable } from "node:stream";
import { AppError, messageOf, RemoteError } from "#shared/rpc/errors.ts";
import * as z from "zod";
import type { ServerBehind } from "../link/printerLink.ts";

/**
 * Bytes of a file for a root of the printer. Configuration is small; it is kept in memory until the form has
 * said where it goes.
 */
export const MOST_FOREIGN_BYTES = 32 * 1024 * 1024;

/** A file of a form that is for one of the printer's own roots. */
export interface ForeignUpload {
  readonly root: string;
  readonly filename: string;
  readonly bytes: Buffer;
  /** The form's other fields, as they came. */
  readonly fields: ReadonlyMap<string, string>;
}

const Refusal = z.object({ error: z.object({ message: z.string() }) });

/** Reads a file of a form into memory; rejects with `too_large`. */
export async function collect(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    if (!(chunk instanceof Buffer)) continue;
    size += chunk.length;
    if (size > MOST_FOREIGN_BYTES) {
      throw new AppError(
        "too_large",
        `Through here at most ${MOST_FOREIGN_BYTES} bytes go to a printer's own folders. Upload it at the printer's own address.`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Hands a file on to the printer's own Moonraker. Resolves to its answer; rejects with its refusal, or `unavailable`. */
export async function uploadToPrinter(
  { url, apiKey }: ServerBehind,
  { filename, bytes, fields }: ForeignUpload,
): Promise<unknown> {
  const form = new FormData();
  for (const [name, value] of fields) form.append(name, value);
  form.append("file", new Blob([Uint8Array.from(bytes)]), filename);
  const response = await fetch(`${url}/server/files/upload`, {
    method: "POST",
    body: form,
    headers: apiKey === null ? {} : { "X-Api-Key": apiKey },
    signal: AbortSignal.timeout(60_000),
  }).catch((error: unknown) => {
    throw new AppError("unavailable", `The printer did not answer: ${messageOf(error)}`, {
      cause: error,
    });
  });
  const text = await response.text();
  if (response.ok) return parsed(text);
  const message = Refusal.safeParse(parsed(text)).data?.error.message;
  throw new RemoteError(response.status, message ?? `The printer answered ${response.status}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
