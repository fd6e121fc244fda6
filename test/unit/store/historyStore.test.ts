import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { AttemptOutcome } from "#shared/domain/attempt.ts";
import { AppError } from "#shared/rpc/errors.ts";
import type { HistoryFilter, HistoryStore } from "../../../electron/host/store/historyStore.ts";
import type { StoreContext } from "../../../electron/host/store/quarantine.ts";
import { SqliteHistoryStore } from "../../../electron/host/store/sqliteHistoryStore.ts";
import { SqliteQueueStore } from "../../../electron/host/store/sqliteQueueStore.ts";
import { storeContext } from "../../support/storeContext.ts";
import {
  anAttempt,
  anEndedAttempt,
  attemptId,
  entry,
  prusa,
  voron,
  writeOf,
} from "../../support/storedRecords.ts";

describe("The history", () => {
  let context: StoreContext;
  let history: HistoryStore;

  /** Voron: 1 to 4 with one still undecided and one printing; Prusa: 6 and 7. Each ended at n * 1000. */
  beforeEach(async () => {
    context = storeContext();
    const queues = new SqliteQueueStore(context);
    const onPrusa = { printerId: prusa, filename: "Vase 100%_PLA.gcode" };
    await queues.commit([
      writeOf(
        queues.load(voron, 0),
        {
          attempt: anAttempt(9, { state: "printing", startedAt: 1 }),
          undecided: [anEndedAttempt(4, "failed", 4_000)],
        },
        {
          ended: [
            anEndedAttempt(1, "finished", 1_000, { startedAt: 0 }),
            anEndedAttempt(2, "finished", 2_000, { startedAt: 500 }),
            anEndedAttempt(3, "cancelled", 3_000, { startedAt: null }),
          ],
          journal: [entry("first"), entry("second", { n: 1 })],
        },
      ),
      writeOf(
        queues.load(prusa, 0),
        {},
        {
          ended: [
            anEndedAttempt(6, "finished", 6_000, onPrusa),
            anEndedAttempt(7, "interrupted", 6_000, onPrusa),
          ],
        },
      ),
    ]);
    history = new SqliteHistoryStore(context);
  });
  afterEach(() => context.database.close());

  const numbers = (filter: HistoryFilter, limit = 100) =>
    history.list(filter, limit).attempts.map(({ id }) => parseInt(id.slice(-2), 16));

  it("tells every attempt that ended, newest first, undecided ones too", () => {
    expect(numbers({})).toEqual([7, 6, 4, 3, 2, 1]);
  });

  it.each<[string, HistoryFilter, number[]]>([
    ["a printer", { printer: voron }, [4, 3, 2, 1]],
    ["an outcome", { outcome: "finished" }, [6, 2, 1]],
    ["a printer and an outcome", { printer: voron, outcome: "finished" }, [2, 1]],
    ["a part of the name in any case", { filename: "vase" }, [7, 6]],
    ["a name with LIKE's own signs", { filename: "100%_p" }, [7, 6]],
    ["an underscore that matches only itself", { filename: "part_1" }, []],
    ["a time from and before", { since: 2_000, before: 4_000 }, [3, 2]],
    ["nothing that matches", { filename: "\\" }, []],
  ])("narrows by %s", (_, filter, expected) => {
    expect(numbers(filter)).toEqual(expected);
  });

  it("pages without a gap or a repeat, also among attempts that ended together", () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = history.list({}, 1, cursor);
      expect(page.attempts).toHaveLength(1);
      seen.push(...page.attempts.map(({ id }) => id));
      cursor = page.cursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual([7, 6, 4, 3, 2, 1].map(attemptId));
  });

  it("refuses a cursor that is not its own", () => {
    expect(() => history.list({}, 10, "1 OR 1=1")).toThrow(AppError);
  });

  it("takes a limit of any size for one between 1 and 1000", () => {
    expect(numbers({}, 0)).toHaveLength(1);
    expect(numbers({}, Number.MAX_SAFE_INTEGER)).toHaveLength(6);
  });

  it("sums up outcomes and seconds of what started", () => {
    expect(history.totals({ printer: voron })).toEqual({
      attempts: 4,
      byOutcome: { finished: 2, cancelled: 1, failed: 1, interrupted: 0, unknown: 0 },
      printSeconds: 1 + 1.5 + 60,
      longestSeconds: 60,
    });
  });

  it("has a total for every outcome there is", () => {
    const { byOutcome } = history.totals({});
    expect(Object.keys(byOutcome).toSorted()).toEqual(AttemptOutcome.options.toSorted());
  });

  it("keeps the attempts of a printer that was removed", async () => {
    await new SqliteQueueStore(context).forget(voron);
    expect(numbers({ printer: voron })).toEqual([4, 3, 2, 1]);
  });

  it("reads the journal newest first", () => {
    expect(history.journal(voron, 10)).toEqual([entry("second", { n: 1 }), entry("first")]);
    expect(history.journal(voron, 1)).toEqual([entry("second", { n: 1 })]);
    expect(history.journal(voron, 10, "first")).toEqual([entry("first")]);
    expect(history.journal(prusa, 10)).toEqual([]);
  });

  it.each<[string, HistoryFilter]>([
    ["of the farm", {}],
    ["of a printer", { printer: voron }],
    ["of an outcome", { outcome: "failed" }],
    ["of a time", { since: 1, before: 9_000 }],
  ])("%s is read along an index, without sorting", (_, filter) => {
    const select = vi.spyOn(context.database, "select");
    history.list(filter, 2, `5000:${attemptId(5)}`);
    const [, sql = "", ...values] = select.mock.calls[0] ?? [];
    const plan = context.database
      .select(z.object({ detail: z.string() }), `EXPLAIN QUERY PLAN ${sql}`, ...values)
      .map(({ detail }) => detail)
      .join("; ");
    expect(plan).toContain("USING INDEX history_");
    expect(plan).not.toContain("TEMP B-TREE");
  });
});
