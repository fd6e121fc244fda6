import { describe, expect, it } from "vitest";
import { DEFAULT_STAGE_RATE } from "#shared/domain/stageRate.ts";
import {
  decideStaging,
  type MachineLoad,
  type StagingReason,
} from "../../../electron/host/library/stagingPolicy.ts";

const IDLE: MachineLoad = { printingFor: null, stalls: 3, load: 0.5, roundTrip: 40 };
const PRINTING: MachineLoad = { ...IDLE, printingFor: 900 };

interface Case {
  readonly what: string;
  readonly now: MachineLoad;
  readonly before?: MachineLoad;
  readonly reason?: StagingReason;
  readonly verdict: object;
}

const fast = { kind: "go", rate: null };
const slow = { kind: "go", rate: DEFAULT_STAGE_RATE };
const waits = (why: RegExp) => ({ kind: "wait", why: expect.stringMatching(why) });

const CASES: readonly Case[] = [
  { what: "nothing prints there", now: IDLE, verdict: fast },
  {
    what: "nothing prints there, whatever else is busy",
    now: { ...IDLE, stalls: 9, load: 8, roundTrip: 4_000 },
    before: IDLE,
    verdict: fast,
  },
  { what: "a print is well under way", now: PRINTING, verdict: slow },
  {
    what: "a print began a moment ago",
    now: { ...PRINTING, printingFor: 10 },
    verdict: { ...waits(/first five minutes/), seconds: 290 },
  },
  {
    what: "a print began while the transfer ran",
    now: { ...PRINTING, printingFor: 0 },
    before: IDLE,
    verdict: waits(/first five minutes/),
  },
  { what: "five minutes are over", now: { ...PRINTING, printingFor: 300 }, verdict: slow },
  { what: "it goes ahead of its turn", now: PRINTING, reason: "ahead", verdict: slow },
  {
    what: "the printer takes files ahead only while idle",
    now: PRINTING,
    reason: "ahead_when_idle",
    verdict: waits(/only while nothing prints/),
  },
  {
    what: "the printer takes files ahead only while idle, and is",
    now: IDLE,
    reason: "ahead_when_idle",
    verdict: fast,
  },
  {
    what: "the toolhead stalled since",
    now: { ...PRINTING, stalls: 4 },
    before: PRINTING,
    verdict: waits(/ran out of moves/),
  },
  {
    what: "the load rose by more than one",
    now: { ...PRINTING, load: 1.6 },
    before: PRINTING,
    verdict: waits(/computer is busy/),
  },
  {
    what: "the load rose a little",
    now: { ...PRINTING, load: 1.4 },
    before: PRINTING,
    verdict: slow,
  },
  {
    what: "the load is not told",
    now: { ...PRINTING, load: null },
    before: { ...PRINTING, load: null },
    verdict: slow,
  },
  {
    what: "answers take far longer than before",
    now: { ...PRINTING, roundTrip: 501 },
    before: PRINTING,
    verdict: waits(/answers slowly/),
  },
  {
    what: "answers took long before it already",
    now: { ...PRINTING, roundTrip: 700 },
    before: { ...PRINTING, roundTrip: 200 },
    verdict: slow,
  },
];

describe("whether a transfer may begin or go on", () => {
  it.each(CASES)("when $what", ({ now, before = null, reason = "due", verdict }) => {
    expect(decideStaging(now, before, reason, DEFAULT_STAGE_RATE)).toMatchObject(verdict);
  });
});
