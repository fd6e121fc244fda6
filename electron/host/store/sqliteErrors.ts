import * as z from "zod";
import { AppError, messageOf } from "#shared/rpc/errors.ts";

/** Primary result codes of SQLite, as listed on sqlite.org/rescode.html. */
export const SQLITE = {
  busy: 5,
  locked: 6,
  readonly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cantOpen: 14,
  notADatabase: 26,
} as const;

const BindingError = z.object({ errcode: z.int() });

/** SQLite's primary result code of anything thrown; 0 when it did not come from SQLite. */
export function sqliteCode(error: unknown): number {
  const parsed = BindingError.safeParse(error);
  // The low byte is the primary code; the rest says which I/O call it was.
  return parsed.success ? parsed.data.errcode & 0xff : 0;
}

const FileError = z.object({ code: z.enum(["ENOSPC", "EDQUOT"]) });

/** True when the disk, or this user's share of it, is full. */
export function isDiskFull(error: unknown): boolean {
  return sqliteCode(error) === SQLITE.full || FileError.safeParse(error).success;
}

/** What a failed write is for its caller: `storage_full`, `unavailable`, or a bug (`internal`). */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (isDiskFull(error)) {
    return new AppError(
      "storage_full",
      "The disk with Nextplate's data is full: nothing was changed. Free some space and try again.",
      { cause: error },
    );
  }
  const cause = messageOf(error);
  switch (sqliteCode(error)) {
    case SQLITE.busy:
    case SQLITE.locked:
    case SQLITE.readonly:
    case SQLITE.ioError:
    case SQLITE.cantOpen:
    case SQLITE.corrupt:
    case SQLITE.notADatabase:
      return new AppError(
        "unavailable",
        `Nextplate's data could not be written (${cause}): nothing was changed. Check the disk and try again.`,
        { cause: error },
      );
    default:
      return new AppError("internal", `The store refused a change: ${cause}`, { cause: error });
  }
}
