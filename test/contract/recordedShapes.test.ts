import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ApiClient } from "../support/apiClient.ts";
import { OFF_NAMES, openCaseStage, type CaseStage } from "../support/caseStage.ts";
import { recordedResult, SHAPES, SHAPES_WHILE_ON } from "../support/recordedCases.ts";

/** What metadata of the printer's own making holds, which docs/compatibility.md lists (`file-details`). */
const NOT_OURS = /\.(uuid|file_processors)$/;

describe.each([
  ["/printers/{id}", [...SHAPES, ...SHAPES_WHILE_ON]],
  ...OFF_NAMES.map((name) => [name, [...SHAPES]] as const),
] as const)("the form of what was recorded from Moonraker, on %s", (name, cases) => {
  let stage: CaseStage;
  let client: ApiClient;
  beforeAll(async () => {
    stage = await openCaseStage(name);
    client = await ApiClient.connect(stage.endpoint);
  });
  afterAll(async () => {
    await client.close();
    await stage.close();
  });

  it.each(cases)("%s: %s", async (kind, recorded, method, params) => {
    const ours = await client.call(method, params);
    const missing = lacking(recordedResult(kind, recorded), ours, "");
    expect(missing.filter((path) => !NOT_OURS.test(path))).toEqual([]);
  });
});

/** Paths of members that the second value lacks, or has in another type. Of lists, the first member counts. */
function lacking(recorded: unknown, ours: unknown, path: string): string[] {
  if (recorded === null || ours === null) return [];
  if (Array.isArray(recorded) && Array.isArray(ours)) {
    return recorded.length === 0 || ours.length === 0
      ? []
      : lacking(recorded[0], ours[0], `${path}[]`);
  }
  if (typeof recorded !== typeof ours || Array.isArray(recorded) !== Array.isArray(ours)) {
    return [path];
  }
  if (typeof recorded !== "object") return [];
  return Object.entries(recorded).flatMap(([key, value]) => {
    const own: unknown = Object.hasOwn(Object(ours), key) ? Object(ours)[key] : undefined;
    return lacking(value, own, `${path}.${key}`);
  });
}
