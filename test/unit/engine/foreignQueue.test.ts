import { describe, expect, it } from "vitest";
import {
  foreignQueueText,
  needsAnswer,
  readForeignQueue,
} from "../../../electron/host/engine/foreignQueue.ts";

function status(...names: readonly string[]): object {
  const queued_jobs = names.map((filename, index) => ({
    filename,
    job_id: `J${index}`,
    time_added: 100 + index,
    time_in_queue: 1,
  }));
  return { queued_jobs, queue_state: "paused" };
}

function config(jobQueue: object, fileManager: object = {}): object {
  return { config: { server: {}, job_queue: jobQueue, file_manager: fileManager } };
}

const CALM = config({ load_on_startup: false, automatic_transition: false });
const AUTOMATIC = config({ load_on_startup: false, automatic_transition: true });
const STARTER = config({ load_on_startup: true, automatic_transition: false });
const answer = { at: 0, by: "ada" };

describe("a printer's own job queue", () => {
  it("is no question while it is empty and starts nothing", () => {
    const seen = readForeignQueue(status(), CALM);
    expect(seen).toEqual({ jobs: [], startsBy: [] });
    expect(needsAnswer(seen, null)).toBe(false);
  });

  it("is no question for automatic transition alone: without jobs it starts nothing", () => {
    expect(needsAnswer(readForeignQueue(status(), AUTOMATIC), null)).toBe(false);
    expect(readForeignQueue(status("a.gcode"), AUTOMATIC).startsBy).toEqual([
      "automatic_transition",
    ]);
  });

  it.each([
    ["it has jobs", status("a.gcode"), CALM],
    ["it loads on startup", status(), STARTER],
    ["it queues uploads", status(), config({}, { queue_gcode_uploads: true })],
  ])("is a question when %s", (_what, jobs, options) => {
    expect(needsAnswer(readForeignQueue(jobs, options), null)).toBe(true);
  });

  it("is not asked about again once it was left alone, until it may start by something new", () => {
    const left = { ...answer, choice: "leave" as const, startsBy: [] };
    expect(needsAnswer(readForeignQueue(status("a.gcode"), CALM), left)).toBe(false);
    expect(needsAnswer(readForeignQueue(status("b.gcode", "c.gcode"), CALM), left)).toBe(false);
    expect(needsAnswer(readForeignQueue(status("a.gcode"), STARTER), left)).toBe(true);
  });

  it("is asked about again when jobs appear after its jobs were imported", () => {
    const imported = { ...answer, choice: "import" as const, startsBy: ["load_on_startup"] };
    expect(needsAnswer(readForeignQueue(status(), STARTER), imported)).toBe(false);
    expect(needsAnswer(readForeignQueue(status("a.gcode"), STARTER), imported)).toBe(true);
  });

  it("is read from a Moonraker whose configuration says nothing of it", () => {
    expect(readForeignQueue(status(), { config: {} })).toEqual({ jobs: [], startsBy: [] });
    expect(readForeignQueue(status(), "odd")).toEqual({ jobs: [], startsBy: [] });
    expect(() => readForeignQueue({}, CALM)).toThrow("queued_jobs");
  });

  it("is put into one sentence", () => {
    expect(foreignQueueText(readForeignQueue(status("a.gcode"), CALM))).toBe(
      "The printer's own job queue holds a.gcode. Import its jobs and pause it, or leave it alone?",
    );
    expect(foreignQueueText(readForeignQueue(status("a", "b"), STARTER))).toContain(
      "holds 2 jobs and may start prints (load_on_startup).",
    );
  });
});
