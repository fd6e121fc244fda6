import { CopyId, JobId } from "#shared/domain/ids.ts";
import type { Copy } from "#shared/domain/job.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { moveBefore, UNPLACED, withOrderKeys } from "../../../electron/host/engine/orderKeys.ts";
import { contentOf, PRINTER } from "../../support/engineHarness.ts";

function copyOf(n: number, order: number): Copy {
  const id = n.toString(16).toUpperCase().padStart(16, "0");
  return {
    id: CopyId.parse(id),
    jobId: JobId.parse(id),
    printerId: PRINTER,
    filename: `${n}.gcode`,
    contentHash: contentOf("x"),
    order,
    addedAt: 0,
  };
}

const ten = withOrderKeys(Array.from({ length: 10 }, (_, n) => copyOf(n, UNPLACED)));
const isAscending = (list: readonly Copy[]): boolean =>
  list.every((copy, n) => n === 0 || copy.order > (list[n - 1]?.order ?? 0));

describe("order keys", () => {
  it("ascend however often copies are moved", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(9), fc.nat(10)), { maxLength: 300 }), (moves) => {
        let list = ten;
        for (const [from, to] of moves) {
          const moved = list[from];
          if (moved === undefined) continue;
          const expected = list.filter((copy) => copy !== moved).map((copy) => copy.id);
          const before = list[to]?.id ?? null;
          list = moveBefore(list, [moved.id], before);
          expect(isAscending(list)).toBe(true);
          const rest = list.map((copy) => copy.id).filter((id) => id !== moved.id);
          expect(rest).toEqual(expected);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("are written anew for the moved copy only", () => {
    const moved = moveBefore(
      ten,
      ten.slice(7, 8).map((copy) => copy.id),
      ten[2]?.id ?? null,
    );
    expect(moved.filter((copy) => !ten.includes(copy))).toHaveLength(1);
  });
});
