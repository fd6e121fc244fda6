import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ContentHash, CopyId, JobId, PrinterId } from "#shared/domain/ids.ts";
import type { Copy } from "#shared/domain/job.ts";
import { queuedJobs } from "../../../electron/host/server/queuedJobs.ts";
import { queueChangedText, QueueTexts } from "../../../electron/host/server/queueTexts.ts";

const printerId = PrinterId.parse("p1");

const copy = fc
  .record({
    filename: fc.string({ unit: "binary" }),
    n: fc.nat(),
    addedAt: fc.integer({ min: 1_500_000_000_000, max: 2_500_000_000_000 }),
  })
  .map(({ filename, n, addedAt }): Copy => {
    const id = n.toString(16).toUpperCase().padStart(16, "0");
    return {
      id: CopyId.parse(id),
      jobId: JobId.parse(id),
      printerId,
      filename,
      contentHash: ContentHash.parse("a".repeat(64)),
      order: n,
      addedAt,
    };
  });
/** So far apart that none is the same moment as another. */
const moments = fc
  .uniqueArray(fc.integer({ min: 14_000_000_000, max: 26_000_000_000 }), { minLength: 1 })
  .map((hundreds) => hundreds.map((hundred) => hundred * 100));

describe("a queue as text", () => {
  it("is what JSON.stringify would write at that moment or up to 10 ms before it", () => {
    fc.assert(
      fc.property(fc.array(copy), moments, (copies, times) => {
        const texts = new QueueTexts();
        for (const now of [...times, ...times]) {
          const text = texts.list(copies, now);
          expect(text).toBe(JSON.stringify(queuedJobs(copies, now)));
          expect(texts.list(copies, now + 9)).toBe(text);
          const later = JSON.stringify(queuedJobs(copies, now + 10));
          expect(texts.list(copies, now + 10)).toBe(later);
        }
      }),
    );
  });

  it("is the same for rows that were in another list before", () => {
    fc.assert(
      fc.property(fc.array(copy, { minLength: 1 }), moments, ([first, ...rest], [now = 0]) => {
        const texts = new QueueTexts();
        texts.list(
          [first, ...rest].flatMap((row) => row ?? []),
          now,
        );
        expect(texts.list(rest, now)).toBe(JSON.stringify(queuedJobs(rest, now)));
      }),
    );
  });

  it("tells a change in Moonraker's frame, with the printer where it must be named", () => {
    const [row] = fc.sample(copy, { numRuns: 1, seed: 1 });
    const copies = row === undefined ? [] : [row];
    const change = { action: "jobs_added", copies, state: "ready" } as const;
    const told = {
      action: "jobs_added",
      updated_queue: queuedJobs(copies, 5),
      queue_state: "ready",
    };
    const frame = { jsonrpc: "2.0", method: "notify_job_queue_changed" };
    const texts = new QueueTexts();
    expect(JSON.parse(queueChangedText(texts, change, 5, undefined))).toEqual({
      ...frame,
      params: [told],
    });
    expect(JSON.parse(queueChangedText(texts, { ...change, copies: null }, 5, "p2"))).toEqual({
      ...frame,
      params: [{ ...told, updated_queue: null, printer: "p2" }],
    });
  });
});
