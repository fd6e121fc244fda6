import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HTTP_DIFFERENCES, HTTP_OFF_DIFFERENCES, splitCases } from "../support/caseDifferences.ts";
import { ENDPOINTS, isOff, openCaseStage, type CaseStage } from "../support/caseStage.ts";
import { parse, recordedAnswer, sendCase, type Seen } from "../support/httpReplay.ts";
import { compatibilityRows, httpCases, RecordedIds } from "../support/recordedCases.ts";

const rows = compatibilityRows();
const ids = new RecordedIds();
const cases = httpCases().map((recorded) => ({
  recorded,
  translate: ids.learn(parse(recorded.response.body ?? "")),
}));
const { same: sameWhileOn } = splitCases(cases, HTTP_DIFFERENCES);

describe.each(ENDPOINTS)("HTTP as recorded from Moonraker, on %s", (name) => {
  const { same, different } = splitCases(
    cases,
    isOff(name) ? { ...HTTP_DIFFERENCES, ...HTTP_OFF_DIFFERENCES[name] } : HTTP_DIFFERENCES,
  );
  let stage: CaseStage;
  beforeAll(async () => {
    stage = await openCaseStage(name);
  });
  afterAll(() => stage.close());

  const replay = async ({ recorded, translate }: (typeof cases)[number]): Promise<Seen> => {
    const { jobs } = await stage.prepare(recorded.before?.queue ?? []);
    return sendCase(stage.endpoint, recorded, (text) => translate(text, jobs));
  };

  for (const item of same) {
    it(`${item.recorded.case}`, async () => {
      expect(await replay(item)).toEqual(recordedAnswer(item.recorded));
    });
  }

  for (const item of different) {
    it(`${item.recorded.case} [${item.difference.row}]`, async () => {
      const seen = await replay(item);
      expect(rows).toContain(item.difference.row);
      expect(seen, "no difference any more").not.toEqual(recordedAnswer(item.recorded));
      expect(seen).toMatchObject(item.difference.ours);
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
    const told = sameWhileOn.filter(
      ({ recorded }) =>
        recorded.request.target?.includes("job_queue") === true &&
        !isDeepStrictEqual({ ...recordedAnswer(recorded), etag: false }, stub),
    );
    expect(told.length).toBeGreaterThanOrEqual(15);
  });
});
