import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ENDPOINTS, openCaseStage, type CaseStage } from "../support/caseStage.ts";
import { HTTP_DIFFERENCES } from "../support/caseDifferences.ts";
import { parse, recordedAnswer, sendCase, type Seen } from "../support/httpReplay.ts";
import { compatibilityRows, httpCases, RecordedIds } from "../support/recordedCases.ts";

const rows = compatibilityRows();

describe.each(ENDPOINTS)("HTTP as recorded from Moonraker, on %s", (name) => {
  let stage: CaseStage;
  beforeAll(async () => {
    stage = await openCaseStage(name);
  });
  afterAll(() => stage.close());
  const ids = new RecordedIds();

  for (const recorded of httpCases()) {
    const difference = HTTP_DIFFERENCES[recorded.case];
    const suffix = difference === undefined ? "" : ` [${difference.row}]`;
    it(`${recorded.case}${suffix}`, async () => {
      const { jobs } = await stage.prepare(recorded.before?.queue ?? []);
      ids.learn(parse(recorded.response.body ?? ""));
      const seen = await sendCase(stage.endpoint, recorded, (text) => ids.translate(text, jobs));
      if (difference === undefined) {
        expect(seen).toEqual(recordedAnswer(recorded));
        return;
      }
      expect(rows).toContain(difference.row);
      expect(seen, "this is no difference any more").not.toEqual(recordedAnswer(recorded));
      expect(seen).toMatchObject(difference.ours);
    });
  }
});

describe("these cases", () => {
  it("tell a server that always answers an empty, paused queue from a real one", () => {
    const stub: Seen = {
      status: 200,
      body: { result: { queued_jobs: [], queue_state: "paused" } },
      etag: false,
    };
    const told = httpCases().filter(
      (recorded) =>
        recorded.request.target?.includes("job_queue") === true &&
        !isDeepStrictEqual({ ...recordedAnswer(recorded), etag: false }, stub),
    );
    expect(told.length).toBeGreaterThanOrEqual(15);
  });
});
