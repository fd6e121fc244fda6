import { AppError, messageOf } from "#shared/rpc/errors.ts";

/** Turns what a disk throws into an error that tells the reader what to do. */
export function storageError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return new AppError(
        "storage_full",
        "The disk of the file library is full: free some space, then send the file again.",
        { cause: error },
      );
    case "EROFS":
    case "EACCES":
    case "EPERM":
      return new AppError(
        "unavailable",
        `The file library cannot be written (${messageOf(error)}): check the permissions of its folder.`,
        { cause: error },
      );
    default:
      return new AppError(
        "internal",
        `The file library's disk failed (${messageOf(error)}): check the disk, then send the file again.`,
        { cause: error },
      );
  }
}
