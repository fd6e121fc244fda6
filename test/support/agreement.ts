import { expect } from "vitest";
import type { Difference } from "./caseDifferences.ts";
import { compatibilityRows } from "./recordedCases.ts";

const rows = compatibilityRows();

/**
 * An answer is the recorded one, or else the listed one that differs from it on purpose. A difference that
 * no longer exists, or that docs/compatibility.md does not explain, fails.
 */
export function expectAgreement(
  seen: unknown,
  recorded: unknown,
  difference: Difference | undefined,
): void {
  if (difference === undefined) {
    expect(seen).toEqual(recorded);
    return;
  }
  expect(rows).toContain(difference.row);
  expect(seen, "this is no difference any more").not.toEqual(recorded);
  expect(seen).toMatchObject(difference.ours);
}

/** A case's name, with the row that explains our answer where it differs. */
export function caseTitle(name: string, difference: Difference | undefined): string {
  return difference === undefined ? name : `${name} [${difference.row}]`;
}
