import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FarmSnapshot } from "#shared/contract/farm.ts";
import { ApiClient, uploadFile, waitFor } from "../support/apiClient.ts";
import { HTTP_DIFFERENCES, splitCases } from "../support/caseDifferences.ts";
import { recordedAnswer, sendCase, type Seen } from "../support/httpReplay.ts";
import {
  compatibilityRows,
  printingCases,
  RIG_GCODE,
  type HttpCase,
} from "../support/recordedCases.ts";
import { startTestHost, type TestHost } from "../support/testHost.ts";

/** About a minute and a half on a printer at real speed. */
const LONG_PRINT = `G28\nG90\n${"G1 X10 F3000\nG4 P450\nM400\n".repeat(200)}`;

const rows = compatibilityRows();
const { same, different } = splitCases(
  printingCases().map((recorded) => ({ recorded })),
  HTTP_DIFFERENCES,
);

describe("HTTP as recorded from Moonraker while it printed", () => {
  let host: TestHost;
  let client: ApiClient;
  beforeAll(async () => {
    host = await startTestHost({ simulate: 1, simSpeed: 1 });
    client = await ApiClient.connect(host.url);
    await uploadFile(host.url, "up1.gcode", LONG_PRINT);
    await uploadFile(host.url, "a.gcode", RIG_GCODE);
    const printer = async () => {
      const { printers } = await client.ask(FarmSnapshot, "farm.snapshot");
      return printers[0];
    };
    const idle = await waitFor("the printer", async () => {
      const found = await printer();
      return found?.activity === "idle" ? found : undefined;
    });
    await client.call("farm.printers.update", {
      printer: idle.id,
      options: { plate_policy: "self_clearing", clear_grace: 0 },
    });
    await client.call("farm.plate.set", {
      printer: idle.id,
      state: "clear",
      revision: idle.plate.revision,
    });
    await client.call("farm.queue.post", {
      printer: idle.id,
      files: [{ filename: "up1.gcode" }],
      start: true,
    });
    await waitFor("the print", async () => (await printer())?.activity === "printing");
  });
  afterAll(async () => {
    await client.close();
    await host.stop();
  });

  let waiting = 0;
  const replay = async (recorded: HttpCase): Promise<Seen> => {
    for (; waiting < (recorded.before?.queue.length ?? 0); waiting++) {
      await client.call("server.job_queue.post_job", { filenames: ["a.gcode"] });
    }
    const seen = await sendCase(host.url, recorded, (text) => text);
    if (recorded.request.target?.startsWith("/server/job_queue/job") === true) {
      waiting = recorded.request.method === "DELETE" ? 0 : waiting + 1;
    }
    return seen;
  };

  // First, while it prints; the last of the others cancel the print.
  for (const { recorded, difference } of different) {
    it(`${recorded.case} [${difference.row}]`, async () => {
      const seen = await replay(recorded);
      expect(rows).toContain(difference.row);
      expect(seen, "no difference any more").not.toEqual(recordedAnswer(recorded));
      expect(seen).toMatchObject(difference.ours);
    });
  }

  for (const { recorded } of same) {
    it(`${recorded.case}`, async () => {
      expect(await replay(recorded)).toEqual(recordedAnswer(recorded));
    });
  }
});
