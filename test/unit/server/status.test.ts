import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AttemptId, ContentHash, CopyId, JobId } from "#shared/domain/ids.ts";
import type { Attempt } from "#shared/domain/attempt.ts";
import { ApiClient } from "../../support/apiClient.ts";
import { startApiHarness, type ApiHarness, type HarnessPrinter } from "../../support/apiHarness.ts";
import { until } from "../../support/until.ts";

const STAGED = "nextplate/0a1b2c3d/bracket.gcode";

describe("a printer's status", () => {
  let api: ApiHarness;
  let printer: HarnessPrinter;
  beforeAll(async () => {
    api = await startApiHarness();
    printer = await api.addPrinter("voron");
    const { stored } = printer.engine.snapshot;
    printer.engine.change({ stored: { ...stored, attempt: attemptOf(printer) } });
    printer.link.becomeReady({
      print_stats: { state: "printing", filename: STAGED, total_duration: 5 },
      virtual_sdcard: { file_path: `/home/pi/gcodes/${STAGED}`, progress: 0.1 },
      extruder: { temperature: 200, target: 210 },
    });
  });
  afterAll(() => api.stop());

  const updates = (client: ApiClient) =>
    client.notifications
      .filter(({ method }) => method === "notify_status_update")
      .map(({ params }) => params[0]);

  it("names files as the library does", async () => {
    const client = await ApiClient.connect(api.url);
    const answer = await client.call("printer.objects.query", {
      objects: { print_stats: ["filename", "nope"], virtual_sdcard: null, unknown: null },
    });
    expect(answer).toMatchObject({
      status: {
        print_stats: { filename: "parts/bracket.gcode", nope: null },
        virtual_sdcard: { file_path: "/home/pi/gcodes/parts/bracket.gcode", progress: 0.1 },
        unknown: {},
      },
    });
    await client.close();
  });

  it("goes over HTTP with objects as keys", async () => {
    const path = "printer/objects/query?extruder=target&print_stats";
    const response = await fetch(api.url + path);
    expect(await response.json()).toMatchObject({
      result: { status: { extruder: { target: 210 }, print_stats: { state: "printing" } } },
    });
  });

  it("is sent on change to those who asked for those fields", async () => {
    const client = await ApiClient.connect(api.url);
    await client.call("printer.objects.subscribe", { objects: { extruder: ["temperature"] } });
    printer.link.say({ extruder: { target: 0 }, print_stats: { state: "paused" } }, 1);
    printer.link.say({ extruder: { temperature: 201 } }, 2);
    await until(() => updates(client).length > 0);
    expect(updates(client)).toEqual([{ extruder: { temperature: 201 } }]);
    await client.close();
  });

  it("loses nothing when it changes faster than it is sent", async () => {
    const client = await ApiClient.connect(api.url);
    await client.call("printer.objects.subscribe", { objects: { extruder: null } });
    for (let temperature = 202; temperature <= 220; temperature++) {
      printer.link.say({ extruder: { temperature, target: temperature + 1 } }, temperature);
    }
    await until(() => updates(client).length === 2);
    expect(updates(client)).toEqual([
      { extruder: { temperature: 202, target: 203 } },
      { extruder: { temperature: 220, target: 221 } },
    ]);
    await client.close();
  });

  it("translates paths in lines of g-code output", async () => {
    const client = await ApiClient.connect(api.url);
    printer.link.sayGcode(`File opened:${STAGED} Size:91`);
    const line = await until(() =>
      client.notifications.find(({ method }) => method === "notify_gcode_response"),
    );
    expect(line.params).toEqual(["File opened:parts/bracket.gcode Size:91"]);
    await client.close();
  });

  it("ends with the Klippy it came from, and says so", async () => {
    const client = await ApiClient.connect(api.url);
    await client.call("printer.objects.subscribe", { objects: { extruder: null } });
    printer.link.setState({ kind: "connecting", since: 0, lastSeen: null });
    await until(() =>
      client.notifications.some(({ method }) => method === "notify_klippy_disconnected"),
    );
    printer.link.becomeReady({ extruder: { temperature: 20 } });
    await until(() => client.notifications.some(({ method }) => method === "notify_klippy_ready"));
    printer.link.say({ extruder: { temperature: 21 } }, 3);
    await client.call("server.info");
    expect(updates(client)).toEqual([]);
    await client.close();
  });
});

function attemptOf({ id }: HarnessPrinter): Attempt {
  return {
    id: AttemptId.parse("0000000000000001"),
    copyId: CopyId.parse("0000000000000002"),
    jobId: JobId.parse("0000000000000003"),
    printerId: id,
    filename: "parts/bracket.gcode",
    contentHash: ContentHash.parse("0a1b2c3d".padEnd(64, "0")),
    state: "printing",
    copyAddedAt: 0,
    createdAt: 0,
    staged: { path: STAGED, size: 91, modified: 0 },
    baseline: null,
    startSentAt: null,
    startedAt: null,
    endedAt: null,
    historyJobId: null,
    evidence: [],
    message: null,
    decision: null,
  };
}
