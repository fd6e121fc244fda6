import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { judgeBounds, type Verdict } from "../support/soak/soakBounds.ts";
import { soak, type SoakPlan, type SoakResult } from "../support/soak/soakRun.ts";
import { sampleHead, sampleLine, soakReport } from "../support/soak/soakTable.ts";

/** Minutes of wall time; 72 are a day of the farm. */
const minutes = Number(process.env["SOAK_MINUTES"] ?? 0);
const seed = Number(process.env["SOAK_SEED"] ?? Date.now() % 1_000_000);

const common = { seed, factor: 20, statusInterval: 4_000 };
/** So small that it can run with every other test: minutes become seconds, and more goes wrong in them. */
const SHORT: SoakPlan = {
  ...common,
  printers: 6,
  seconds: 20,
  rounds: 40,
  length: { least: 1, most: 3 },
  restarts: 2,
  samples: 8,
  chances: { answer: 0.5, bring: 0.3, edit: 0.08, meddle: 0.02, fault: 0.08 },
};
const DAY: SoakPlan = {
  ...common,
  printers: 50,
  seconds: minutes * 60,
  rounds: 1,
  length: { least: 20, most: 240 },
  restarts: Math.min(8, Math.max(2, Math.round(minutes / 4))),
  samples: Math.min(96, Math.max(12, 4 * Math.round(minutes / 3))),
  chances: { answer: 0.12, bring: 0.05, edit: 0.006, meddle: 0.0005, fault: 0.006 },
};
const plan = minutes === 0 ? SHORT : DAY;

let result: SoakResult;
let verdicts: readonly Verdict[];

beforeAll(
  async () => {
    process.stdout.write(`\nsoak with seed ${seed}\n${sampleHead()}`);
    const ended = await soak(plan, (sample) => void process.stdout.write(sampleLine(sample)));
    result = ended.result;
    verdicts = judgeBounds(result.samples);
    const report = soakReport(result, verdicts);
    process.stdout.write(`\n${report}`);
    mkdirSync("test-output", { recursive: true });
    const name = minutes === 0 ? "soak-short" : "soak";
    writeFileSync(`test-output/${name}.txt`, report);
    writeFileSync(`test-output/${name}.json`, JSON.stringify({ ...result, verdicts }, null, 2));
    // What a broken promise left behind is evidence.
    if (result.broken.length > 0) process.stdout.write(`evidence is in ${ended.folder}\n`);
    else rmSync(ended.folder, { recursive: true, force: true });
  },
  minutes * 120_000 + 300_000,
);

describe("a farm's day with faults, restarts and people", () => {
  it("breaks no promise", () => {
    expect(result.broken).toEqual([]);
  });

  it("prints", () => {
    expect(result.starts).toBeGreaterThan(0);
    expect(result.samples.length).toBeGreaterThan(3);
  });

  it("leaves memory, handles and files bounded", () => {
    expect(verdicts.filter(({ isKept }) => !isKept)).toEqual([]);
  });
});
