import type { Readable } from "node:stream";
import { AppError } from "#shared/rpc/errors.ts";
import type { ContentStore, Incoming } from "./contentStore.ts";
import type { IntakeOptions } from "./library.ts";
import { storageError } from "./storageError.ts";
import { readUfpGcode } from "./ufpPackage.ts";
import { limitSize, readUpload, requireGcode } from "./uploadStream.ts";

/**
 * Receives an upload as g-code, unpacked when it is a package: durable, checked, under no name yet. The
 * checksum is that of the bytes as sent. Whatever fails leaves no temporary file.
 */
export async function receiveUpload(
  contents: ContentStore,
  bytes: Readable,
  isPackage: boolean,
  options: IntakeOptions & { readonly signal: AbortSignal },
): Promise<Incoming> {
  const upload = limitSize(readUpload(bytes, options.signal), options.maxBytes);
  const received = await contents.receive(isPackage ? upload : requireGcode(upload));
  try {
    checkChecksum(received, options.checksum);
    if (!isPackage) return received;
  } catch (error) {
    await contents.discard(received.temporary);
    throw error;
  }
  try {
    return await unpack(contents, received, options.maxBytes);
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
