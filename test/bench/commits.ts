import { DatabaseSync } from "@photostructure/sqlite";
import { summary, type Measurement } from "./measure.ts";

/** The limit for durable commands: one small row per commit, synchronous=FULL, nothing around it. */
export function fsyncedCommits(file: string, seconds: number): Measurement {
  const database = new DatabaseSync(file);
  database.exec(
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (v TEXT) STRICT;",
  );
  const insert = database.prepare("INSERT INTO t (v) VALUES (?)");
  const times: number[] = [];
  const start = performance.now();
  while (performance.now() - start < seconds * 1000) {
    const before = performance.now();
    database.exec("BEGIN IMMEDIATE");
    insert.run("x".repeat(200));
    database.exec("COMMIT");
    times.push(performance.now() - before);
  }
  const elapsed = performance.now() - start;
  database.close();
  return summary("bare fsynced commits", times, elapsed);
}
