import type { Readable } from "node:stream";
import { AppError } from "#shared/rpc/errors.ts";
import type { ContentStore, Incoming } from "./contentStore.ts";
import type { IntakeOptions } from "./library.ts";
import { storageError } from "./storageError.ts";
import { readUfpGcode } from "./ufpPackage.ts";
import { limitSize, readUpload, requireGcode } from "./uploadStream.ts";

/** What an upload became; `path` is set when its sender named it only after its bytes. */
export interface ReceivedUpload {
  readonly incoming: Incoming;
  readonly path: string | undefined;
}

/**
 * Receives an upload as g-code, unpacked when it is a package: durable, checked, under no name yet. The
 * checksum is that of the bytes as sent. Whatever fails leaves no temporary file.
 */
export async function receiveUpload(
  contents: ContentStore,
  bytes: Readable,
  isPackage: boolean,
  options: IntakeOptions & { readonly signal: AbortSignal },
): Promise<ReceivedUpload> {
  const upload = limitSize(readUpload(bytes, options.signal), options.maxBytes);
  const received = await contents.receive(isPackage ? upload : requireGcode(upload));
  let path: string | undefined;
  try {
    const settled = await options.whenRead?.();
    path = settled?.path;
    checkChecksum(received, settled?.checksum ?? options.checksum);
    if (!isPackage) return { incoming: received, path };
  } catch (error) {
    await contents.discard(received.temporary);
    throw error;
  }
  try {
    return { incoming: await unpack(contents, received, options.maxBytes), path };
  } finally {
    await contents.discard(received.temporary);
  }
}

async function unpack(
  contents: ContentStore,
  received: Incoming,
  maxBytes: number,
): Promise<Incoming> {
  const file = await contents.openIncoming(received).catch((error: unknown) => {
    throw storageError(error);
  });
  try {
    return await contents.receive(requireGcode(limitSize(readUfpGcode(file), maxBytes)));
  } finally {
    await file.close();
  }
}

function checkChecksum(received: Incoming, expected: string | undefined): void {
  if (expected === undefined || expected.trim().toLowerCase() === received.content) return;
  throw new AppError(
    "checksum_mismatch",
    "The file arrived with other bytes than its checksum says: send it again.",
  );
}
