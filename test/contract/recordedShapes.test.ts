import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ApiClient } from "../support/apiClient.ts";
import { openCaseStage, OFF, type CaseStage } from "../support/caseStage.ts";
import { recordedResult } from "../support/recordedCases.ts";

/** Answers whose values are the rig's own: every member Moonraker told must be told by us, in its type. */
const WHATEVER_THE_PRINTER = [
  ["http", "server info", "server.info", {}],
  ["http", "directory", "server.files.get_directory", { path: "gcodes", extended: true }],
  ["http", "job totals", "server.history.totals", {}],
  ["http", "history list", "server.history.list", { limit: 2 }],
] as const;
const WHILE_IT_IS_ON = [
  ["http", "printer objects list", "printer.objects.list", {}],
  ["rpc", "printer.info", "printer.info", {}],
  [
    "rpc",
    "subscribe",
    "printer.objects.subscribe",
    { objects: { print_stats: ["state", "filename"], nosuch: null } },
  ],
] as const;

/** What metadata of the printer's own making holds, which docs/compatibility.md lists (`file-details`). */
const NOT_OURS = /\.(uuid|file_processors)$/;

describe.each([
  ["/printers/{id}", [...WHATEVER_THE_PRINTER, ...WHILE_IT_IS_ON]],
  [OFF, [...WHATEVER_THE_PRINTER]],
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
