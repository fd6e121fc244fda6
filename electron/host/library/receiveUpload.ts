import type { Readable } from "node:stream";
import { AppError } from "#shared/rpc/errors.ts";
import type { ContentStore, Incoming } from "./contentStore.ts";
import type { IntakeOptions } from "./library.ts";
import { checkFilePath, isPackageName, unpackedName } from "./libraryPath.ts";
import { storageError } from "./storageError.ts";
import { readUfpGcode } from "./ufpPackage.ts";
import { abortError, limitSize, readUpload, requireGcode } from "./uploadStream.ts";

type ReceiveOptions = IntakeOptions & { readonly signal: AbortSignal };

/** An upload that may be entered: its bytes are durable and checked, its name is a good one. */
interface ReceivedUpload {
  readonly path: string;
  readonly incoming: Incoming;
}

/**
 * Receives an upload as g-code, unpacked when it is a package. The checksum is that of the bytes as sent.
 * Whatever fails leaves no temporary file.
 */
export async function receiveUpload(
  contents: ContentStore,
  bytes: Readable,
  path: string,
  options: ReceiveOptions,
): Promise<ReceivedUpload> {
  const isPackage = isPackageName(path);
  const upload = limitSize(readUpload(bytes, options.signal), options.maxBytes);
  const received = await contents.receive(isPackage ? upload : requireGcode(upload));
  let kept: Incoming | undefined;
  try {
    const named = await nameOf(path, options);
    checkFilePath(named.path);
    checkChecksum(received, named.checksum);
    if (isPackageName(named.path) !== isPackage) {
      throw new AppError("bad_request", "The file was renamed to or from .ufp while it was sent.");
    }
    kept = isPackage ? await unpack(contents, received, options.maxBytes) : received;
    return { path: unpackedName(named.path), incoming: kept };
  } finally {
    if (kept !== received) await contents.discard(received.temporary);
  }
}

/** The name and checksum of the call, or what the sender says now that all bytes are there. */
function nameOf(
  path: string,
  { whenRead, checksum, signal }: ReceiveOptions,
): Promise<{ readonly path: string; readonly checksum?: string | undefined }> {
  if (whenRead === undefined) return Promise.resolve({ path, checksum });
  // A sender that never says must not hold up a library that closes.
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(abortError(signal));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    whenRead()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", abort));
  });
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
