import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { constants, getPriority } from "node:os";
import { afterEach, describe, expect, it } from "vitest";
import { runBehind } from "../../bench/ui/runBehind.ts";

const BEHIND = constants.priority.PRIORITY_BELOW_NORMAL;

describe("a program that runs behind others", () => {
  let program: ReturnType<typeof spawn> | undefined;
  afterEach(async () => {
    if (program === undefined) return;
    const ended = once(program, "exit");
    program.kill("SIGKILL");
    await ended;
  });

  it("does so with all of its threads, those that collect its garbage too", async () => {
    const script = "process.stdout.write('up'); setInterval(() => undefined, 1000)";
    program = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "ignore"] });
    if (program.stdout === null || program.pid === undefined) throw new Error("did not start");
    await once(program.stdout, "data");
    const { pid } = program;
    runBehind(pid, BEHIND);
    const directory = `/proc/${pid}/task`;
    const threads = existsSync(directory) ? readdirSync(directory).map(Number) : [pid];
    expect(threads.map((thread) => getPriority(thread))).toEqual(threads.map(() => BEHIND));
  });
});
