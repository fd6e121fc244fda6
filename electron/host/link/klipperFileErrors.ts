import { AppError, messageOf } from "#shared/rpc/errors.ts";

/** The system's own word for a failure, "" where there is none. */
export function systemCode(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
}

export function isMissing(error: unknown): boolean {
  const code = systemCode(error);
  return code === "ENOENT" || code === "ENOTDIR";
}

/** A failure in the printer's folder, with what to do about it. */
export function fileError(error: unknown, folder: string): AppError {
  if (error instanceof AppError) return error;
  const cause = { cause: error };
  switch (systemCode(error)) {
    case "ENOENT":
    case "ENOTDIR":
      return new AppError(
        "unavailable",
        `The printer's folder ${folder} is not there. Is it mounted?`,
        cause,
      );
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new AppError(
        "forbidden",
        `This user may not write to ${folder}. Klipper's user and this one both need the right to`,
        cause,
      );
    case "ENOSPC":
    case "EDQUOT":
      return new AppError("storage_full", `The disk of ${folder} is full`, cause);
    default:
      return new AppError("unavailable", `${folder}: ${messageOf(error)}`, cause);
  }
}
