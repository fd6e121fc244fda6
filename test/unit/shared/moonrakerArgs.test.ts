import { describe, expect, it } from "vitest";
import { jobQueueMethods } from "#shared/contract/jobQueue.ts";

/** The first complaint, or what the handler would receive. */
function parse(method: keyof typeof jobQueueMethods, params: object): unknown {
  const parsed = jobQueueMethods[method].params.safeParse(params);
  return parsed.success ? parsed.data : parsed.error.issues[0]?.message;
}

describe("arguments with Moonraker's leniency", () => {
  it.each([
    [{ filenames: "a , b,," }, { filenames: ["a", "b"], reset: false }],
    [{ filenames: ["a,b", ""] }, { filenames: ["a,b", ""], reset: false }],
    [
      { filenames: [], reset: "TRUE" },
      { filenames: [], reset: true },
    ],
    [{}, "No data for argument: filenames"],
    [
      { filenames: null },
      "Invalid value received for argument 'filenames'.  Expected List type, received NoneType",
    ],
    [
      { filenames: 5.5 },
      "Invalid value received for argument 'filenames'.  Expected List type, received float",
    ],
    [
      { filenames: ["a", 1] },
      "Invalid list format for argument 'filenames', expected all values to be of type str.",
    ],
    [
      { filenames: ["a"], reset: 1 },
      "Unable to convert argument [reset] to <class 'bool'>: value received: 1",
    ],
  ])("post_job %j", (params, expected) => {
    expect(parse("server.job_queue.post_job", params)).toEqual(expected);
  });

  it.each([
    [{ all: true }, { all: true, job_ids: [] }],
    [
      { all: "true", job_ids: 5 },
      { all: true, job_ids: [] },
    ],
    [{ job_ids: "A,B" }, { all: false, job_ids: ["A", "B"] }],
    [{}, "No data for argument: job_ids"],
  ])("delete_job %j", (params, expected) => {
    expect(parse("server.job_queue.delete_job", params)).toEqual(expected);
  });
});
