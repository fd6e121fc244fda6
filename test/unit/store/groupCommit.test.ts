import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { AppError } from "#shared/rpc/errors.ts";
import { Database } from "../../../electron/host/store/database.ts";
import { GroupCommit } from "../../../electron/host/store/groupCommit.ts";
import { openDatabase } from "../../../electron/host/store/openDatabase.ts";

describe("GroupCommit", () => {
  let dir: string;
  let database: Database;
  let writes: GroupCommit;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "nextplate-commit-"));
    database = openDatabase(join(dir, "a.db"));
    database.exec("CREATE TABLE t (value TEXT PRIMARY KEY) STRICT");
    writes = new GroupCommit(database);
  });
  afterEach(() => {
    database.close();
    rmSync(dir, { recursive: true });
  });

  const insert = (value: string) =>
    writes.run(() => database.run("INSERT INTO t VALUES (?)", value));
  const stored = () =>
    database
      .select(z.object({ value: z.string() }), "SELECT value FROM t ORDER BY value")
      .map(({ value }) => value);
  const codes = (results: readonly PromiseSettledResult<unknown>[]) =>
    results.map((result) => {
      if (result.status === "fulfilled") return "stored";
      return result.reason instanceof AppError ? result.reason.code : "not an AppError";
    });
  /** From now on the database cannot grow: what a full disk looks like to SQLite. */
  const fillDisk = () => database.pragma("max_page_count(1)");

  it("shares one transaction among the writes of a turn", async () => {
    const exec = vi.spyOn(database, "exec");
    await Promise.all([insert("a"), Promise.resolve().then(() => insert("b")), insert("c")]);
    expect(exec.mock.calls.filter(([sql]) => sql === "COMMIT")).toHaveLength(1);
    expect(stored()).toEqual(["a", "b", "c"]);
  });

  it("settles only after the commit, with the result of the write", async () => {
    const committed = writes.run(() => {
      database.run("INSERT INTO t VALUES ('a')");
      return 42;
    });
    const seen = committed.then((result) => ({ result, open: database.inTransaction }));
    expect(stored()).toEqual([]);
    expect(await seen).toEqual({ result: 42, open: false });
  });

  it("lets one write fail alone, with all it did", async () => {
    const bad = writes.run(() => {
      database.run("INSERT INTO t VALUES ('half')");
      throw new AppError("conflict", "no");
    });
    const results = await Promise.allSettled([insert("a"), bad, insert("a"), insert("b")]);
    expect(codes(results)).toEqual(["stored", "conflict", "internal", "stored"]);
    expect(stored()).toEqual(["a", "b"]);
  });

  it("rejects with storage_full on a full disk, stores nothing and goes on when there is room", async () => {
    fillDisk();
    const big = writes.run(() =>
      database.run("INSERT INTO t VALUES (?), (?)", "x".repeat(9_000), "y".repeat(9_000)),
    );
    expect(codes(await Promise.allSettled([big]))).toEqual(["storage_full"]);
    expect(stored()).toEqual([]);
    database.pragma("max_page_count(1000000)");
    await insert("after");
    expect(stored()).toEqual(["after"]);
  });

  it("does not let one write that is too big take the small ones of its turn with it", async () => {
    fillDisk();
    const results = await Promise.allSettled([insert("a"), insert("x".repeat(9_000)), insert("b")]);
    expect(codes(results)).toEqual(["stored", "storage_full", "stored"]);
    expect(stored()).toEqual(["a", "b"]);
  });

  it("rejects every write when the commit itself fails, and stores none", async () => {
    const exec = database.exec.bind(database);
    const broken = vi.spyOn(database, "exec").mockImplementation((sql) => {
      if (sql === "COMMIT") throw Object.assign(new Error("disk I/O error"), { errcode: 1034 });
      exec(sql);
    });
    const results = await Promise.allSettled([insert("a"), insert("b")]);
    expect(codes(results)).toEqual(["unavailable", "unavailable"]);
    broken.mockRestore();
    expect(stored()).toEqual([]);
    await insert("c");
    expect(stored()).toEqual(["c"]);
  });

  it("waits for nobody's lock: the whole turn is refused at once, as a stop of a machine may be next", async () => {
    const other = new Database(join(dir, "a.db"));
    other.exec("BEGIN IMMEDIATE");
    const begun = performance.now();
    const many = Array.from({ length: 200 }, (_, n) => insert(`${n}`));
    const results = await Promise.allSettled(many);
    expect(performance.now() - begun).toBeLessThan(1_000);
    expect(new Set(codes(results))).toEqual(new Set(["unavailable"]));
    other.rollback();
    other.close();
    await insert("after");
    expect(stored()).toEqual(["after"]);
  });

  it("commits what waits when it is closed and refuses what comes later", async () => {
    const last = insert("a");
    writes.close();
    expect(stored()).toEqual(["a"]);
    await last;
    expect(codes(await Promise.allSettled([insert("b")]))).toEqual(["unavailable"]);
  });
});
