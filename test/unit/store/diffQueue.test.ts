import { describe, expect, it } from "vitest";
import { diffQueue } from "../../../electron/host/store/diffQueue.ts";
import { emptyQueue } from "../../../electron/host/store/emptyQueue.ts";
import {
  aCopy,
  aJob,
  anAttempt,
  anEndedAttempt,
  attemptId,
  copyId,
  jobId,
  voron,
  writeOf,
} from "../../support/storedRecords.ts";

const empty = emptyQueue(voron, 0);
const full = {
  ...empty,
  jobs: new Map([1, 2].map((n) => [jobId(n), aJob(n)])),
  copies: [aCopy(1), aCopy(2), aCopy(3)],
  attempt: anAttempt(7),
  undecided: [anEndedAttempt(5, "failed", 1), anEndedAttempt(6, "unknown", 2)],
};

describe("diffQueue", () => {
  it("writes no rows when no record is another object", () => {
    expect(diffQueue(writeOf(full, { armed: true, copies: [...full.copies] }))).toEqual({
      jobs: { put: [], remove: [] },
      copies: { put: [], remove: [] },
      attempts: { put: [], release: [] },
    });
  });

  it("writes one row for one move", () => {
    const moved = { ...aCopy(3), order: 0.5 };
    const [first, second] = full.copies;
    const copies = [moved, first ?? moved, second ?? moved];
    expect(diffQueue(writeOf(full, { copies })).copies).toEqual({ put: [moved], remove: [] });
  });

  it("removes what is no longer there", () => {
    const diff = diffQueue(writeOf(full, { copies: [], jobs: new Map() }));
    expect(diff.copies.remove).toEqual([copyId(1), copyId(2), copyId(3)]);
    expect(diff.jobs.remove).toEqual([jobId(1), jobId(2)]);
  });

  it("says where each attempt stands now", () => {
    const ended = anEndedAttempt(7, "cancelled", 9);
    const undecided = [...full.undecided.slice(1), ended];
    const decided = { ...anEndedAttempt(5, "failed", 1), decision: "dismiss" as const };
    const diff = diffQueue(writeOf(full, { attempt: null, undecided }, { ended: [decided] }));
    expect(diff.attempts).toEqual({
      put: [
        { attempt: decided, role: "history", place: 0 },
        { attempt: undecided[0], role: "undecided", place: 0 },
        { attempt: ended, role: "undecided", place: 1 },
      ],
      release: [],
    });
  });

  it("releases an attempt that left without a last form", () => {
    const diff = diffQueue(writeOf(full, { attempt: null }));
    expect(diff.attempts).toEqual({ put: [], release: [attemptId(7)] });
  });
});
