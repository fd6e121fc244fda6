import { describe, expect, it } from "vitest";
import { AppError } from "#shared/rpc/errors.ts";
import { toAppError } from "../../../electron/host/store/sqliteErrors.ts";

/** An error as the binding throws it. */
const sqlite = (errcode: number) => Object.assign(new Error("from SQLite"), { errcode });

describe("toAppError", () => {
  it.each<[string, unknown, string]>([
    ["a full disk", sqlite(13), "storage_full"],
    [
      "a full disk, told by the file system",
      Object.assign(new Error("no"), { code: "ENOSPC" }),
      "storage_full",
    ],
    ["an I/O error of any kind", sqlite(10 | (4 << 8)), "unavailable"],
    ["a read-only file", sqlite(8 | (1 << 8)), "unavailable"],
    ["a lock of somebody else", sqlite(5), "unavailable"],
    ["a damaged page", sqlite(11), "unavailable"],
    ["a broken rule of the schema", sqlite(19 | (7 << 8)), "internal"],
    ["a bug", new TypeError("x is not a function"), "internal"],
    ["something that is no error", "text", "internal"],
  ])("says %s", (_, error, code) => {
    expect(toAppError(error)).toMatchObject({ code, cause: error });
  });

  it("passes our own errors on as they are", () => {
    const error = new AppError("conflict", "no");
    expect(toAppError(error)).toBe(error);
  });
});
