import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DatabaseSync } from "@photostructure/sqlite";
import { waitFor } from "../support/apiClient.ts";
import { type Row, summary } from "./measure.ts";

const SERVER = fileURLToPath(new URL("./limitServer.ts", import.meta.url));

export interface LimitServer {
  readonly url: string;
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

/** Starts limitServer.ts as a process of its own, as the host is one. */
export async function startLimitServer(folder: string): Promise<LimitServer> {
  const child = spawn(process.execPath, [SERVER, join(folder, "limit.db")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => void (said += chunk.toString()));
  const url = await waitFor("the limit's server", () => {
    if (child.exitCode !== null) throw new Error("the limit's server has ended");
    return /^limit ready (\S+)$/m.exec(said)?.[1];
  });
  return {
    url,
    pid: child.pid,
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** The limit for durable commands: one small row per commit, synchronous=FULL, nothing around it. */
export function fsyncedCommits(folder: string, seconds: number): Row {
  const database = new DatabaseSync(join(folder, `commits-${performance.now()}.db`));
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
