import { caseTitle, expectAgreement } from "../support/agreement.ts";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ENDPOINTS, openCaseStage, type CaseStage } from "../support/caseStage.ts";
import { HTTP_DIFFERENCES } from "../support/caseDifferences.ts";
import { parse, recordedAnswer, sendCase, type Seen } from "../support/httpReplay.ts";
import { httpCases, RecordedIds } from "../support/recordedCases.ts";

describe.each(ENDPOINTS)("HTTP as recorded from Moonraker, on %s", (name) => {
  let stage: CaseStage;
  beforeAll(async () => {
    stage = await openCaseStage(name);
  });
  afterAll(() => stage.close());
  const ids = new RecordedIds();

  for (const recorded of httpCases()) {
    const difference = HTTP_DIFFERENCES[recorded.case];
    it(caseTitle(recorded.case, difference), async () => {
      const { jobs } = await stage.prepare(recorded.before?.queue ?? []);
      ids.learn(parse(recorded.response.body ?? ""));
      const seen = await sendCase(stage.endpoint, recorded, (text) => ids.translate(text, jobs));
      expectAgreement(seen, recordedAnswer(recorded), difference);
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
