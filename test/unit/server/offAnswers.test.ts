import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AttemptId, ContentHash, CopyId, JobId } from "#shared/domain/ids.ts";
import { SqliteQueueStore } from "../../../electron/host/store/sqliteQueueStore.ts";
import { ApiClient, uploadFile } from "../../support/apiClient.ts";
import { startApiHarness, type ApiHarness, type HarnessPrinter } from "../../support/apiHarness.ts";
import { writeOf } from "../../support/storedRecords.ts";
import { TINY_GCODE } from "../../support/openTestLibrary.ts";

let api: ApiHarness;
let voron: HarnessPrinter;
beforeAll(async () => {
  api = await startApiHarness();
  voron = await api.addPrinter("voron");
});
afterAll(() => api.stop());

/** What Mainsail and Fluidd ask before they show anything, whatever Klippy's state. */
const ALWAYS: readonly (readonly [string, object])[] = [
  ["server.info", {}],
  ["server.config", {}],
  ["machine.system_info", {}],
  ["machine.proc_stats", {}],
  ["server.database.list", {}],
  ["server.webcams.list", {}],
  ["server.announcements.list", {}],
  ["server.announcements.feeds", {}],
  ["server.announcements.update", {}],
  ["server.announcements.post_feed", { name: "moonraker-telegram-bot" }],
  ["server.announcements.delete_feed", { name: "moonraker-telegram-bot" }],
  ["server.job_queue.status", {}],
  ["server.history.list", { limit: 50, start: 0 }],
  ["server.history.totals", {}],
  ["server.files.get_directory", { path: "gcodes", extended: true }],
  ["server.gcode_store", { count: 100 }],
  ["server.temperature_store", { include_monitors: true }],
  ["access.info", {}],
  ["access.oneshot_token", {}],
];
/** And once Klippy is said to be ready. */
const WHEN_READY: readonly (readonly [string, object])[] = [
  ["printer.info", {}],
  ["printer.objects.list", {}],
  ["printer.objects.query", { objects: { print_stats: null, webhooks: null } }],
  ["printer.objects.subscribe", { objects: { print_stats: null, webhooks: null } }],
];

describe("while the printer is off", () => {
  it.each(ALWAYS)("%s is answered on both endpoints and the root", async (method, params) => {
    for (const path of ["printers/voron/", "printers/voron/queue/", ""]) {
      const client = await ApiClient.connect(api.url + path);
      await expect(client.call(method, params)).resolves.toBeDefined();
      await client.close();
    }
  });

  it("a feed stays as it was, and no announcement is known", async () => {
    const client = await ApiClient.connect(`${api.url}printers/voron/`);
    expect(await client.call("server.announcements.post_feed", { name: "bot" })).toEqual({
      feed: "bot",
      action: "skipped",
    });
    await expect(
      client.call("server.announcements.dismiss", { entry_id: "arksine/moonlight/issue/1" }),
    ).rejects.toMatchObject({
      code: -32601,
      message: expect.stringContaining("issue/1 is not known"),
    });
    await client.close();
  });

  it.each(WHEN_READY)("%s is answered where jobs are queued", async (method, params) => {
    const client = await ApiClient.connect(`${api.url}printers/voron/queue/`);
    await expect(client.call(method, params)).resolves.toBeDefined();
    await client.close();
  });

  it("the truthful endpoint says that Klippy is not there, in Moonraker's words", async () => {
    const client = await ApiClient.connect(`${api.url}printers/voron/`);
    expect(await client.call("server.info")).toMatchObject({
      klippy_connected: false,
      klippy_state: "disconnected",
    });
    await expect(client.call("printer.info")).rejects.toMatchObject({
      code: 503,
      message: "Klippy Host not connected",
    });
    await client.close();
  });

  it("a version is told that front ends take for new enough", async () => {
    const client = await ApiClient.connect(`${api.url}printers/voron/`);
    const info = await client.call("server.info");
    expect(Object(info).moonraker_version).toMatch(/^v0\.10\.0-31-/);
    expect(info).toMatchObject({ failed_components: [], missing_klippy_requirements: [] });
    await client.close();
  });

  it("no temperature is invented", async () => {
    const response = await fetch(`${api.url}printers/voron/queue/printer/objects/list`);
    expect(await response.text()).not.toMatch(/extruder|heater/);
  });
});

describe("the history while the printer is off", () => {
  it("is that of its queue, newest first", async () => {
    await uploadFile(`${api.url}printers/voron/`, "bracket.gcode", TINY_GCODE);
    const content = api.library.find(voron.id, "bracket.gcode")?.content;
    const queues = new SqliteQueueStore(api.context);
    const ended = [
      attempt("0000000000000001", "gone.gcode", "a".repeat(64), "failed", 1_000_000),
      attempt("0000000000000002", "bracket.gcode", content ?? "", "finished", 2_000_000),
    ];
    await queues.commit([writeOf(queues.load(voron.id, 0), {}, { ended })]);
    const client = await ApiClient.connect(`${api.url}printers/voron/`);
    expect(await client.call("server.history.list", { limit: 1 })).toMatchObject({
      count: 2,
      jobs: [
        {
          job_id: "0000000000000002",
          filename: "bracket.gcode",
          status: "completed",
          exists: true,
          start_time: 2000,
          end_time: 2060,
          total_duration: 60,
        },
      ],
    });
    expect(await client.call("server.history.list", { order: "asc", before: 1500 })).toMatchObject({
      jobs: [{ filename: "gone.gcode", status: "error", exists: false, metadata: {} }],
    });
    const uid = "0000000000000001";
    expect(await client.call("server.history.get_job", { uid })).toMatchObject({
      job: { filename: "gone.gcode" },
    });
    await expect(client.call("server.history.get_job", { uid: "FFFFFF" })).rejects.toMatchObject({
      code: -32601,
      message: "Invalid job uid: FFFFFF",
    });
    expect(await client.call("server.history.totals")).toMatchObject({
      job_totals: { total_jobs: 2, total_time: 120, longest_job: 60 },
    });
    await client.close();
  });

  const attempt = (
    id: string,
    filename: string,
    content: string,
    state: "finished" | "failed",
    startedAt: number,
  ) => ({
    id: AttemptId.parse(id),
    copyId: CopyId.parse(id),
    jobId: JobId.parse(id),
    printerId: voron.id,
    filename,
    contentHash: ContentHash.parse(content),
    state,
    copyAddedAt: 0,
    createdAt: 0,
    staged: null,
    baseline: null,
    startSentAt: startedAt,
    startedAt,
    endedAt: startedAt + 60_000,
    historyJobId: null,
    evidence: [],
    message: null,
    decision: null,
  });
});

describe("what clients keep with us", () => {
  it("is stored by namespace and key, dots going deeper", async () => {
    const base = `${api.url}printers/voron/server/database/`;
    const post = (body: object): Promise<Response> =>
      fetch(`${base}item`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
    await post({ namespace: "mainsail", key: "general.printername", value: "Voron" });
    await post({ namespace: "mainsail", key: "general.language", value: "de" });
    const item = await fetch(`${base}item?namespace=mainsail&key=general`);
    expect(await item.json()).toEqual({
      result: {
        namespace: "mainsail",
        key: "general",
        value: { printername: "Voron", language: "de" },
      },
    });
    const list = await fetch(`${base}list`);
    expect(await list.json()).toEqual({ result: { namespaces: ["mainsail"], backups: [] } });
    const gone = await fetch(`${base}item?namespace=mainsail&key=general.language`, {
      method: "DELETE",
    });
    expect(await gone.json()).toMatchObject({ result: { value: "de" } });
    expect((await fetch(`${base}item?namespace=mainsail&key=general.language`)).status).toBe(404);
  });

  it("belongs to a printer, and is shared by its two endpoints", async () => {
    const queue = await ApiClient.connect(`${api.url}printers/voron/queue/`);
    const root = await ApiClient.connect(api.url);
    const item = { namespace: "fluidd", key: "uiSettings", value: { a: 1 } };
    await queue.call("server.database.post_item", item);
    await expect(
      root.call("server.database.get_item", { namespace: "fluidd" }),
    ).rejects.toMatchObject({ code: -32601, message: "Namespace 'fluidd' not found" });
    await Promise.all([queue.close(), root.close()]);
  });

  it.each(["__proto__", "", "a..b", "x.__proto__.y"])("refuses the key %j", async (key) => {
    const client = await ApiClient.connect(`${api.url}printers/voron/`);
    const item = { namespace: "n", key, value: 1 };
    await expect(client.call("server.database.post_item", item)).rejects.toMatchObject({
      code: 400,
    });
    await client.close();
  });

  it("loses nothing when many write at once", async () => {
    const client = await ApiClient.connect(`${api.url}printers/voron/`);
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        client.call("server.database.post_item", { namespace: "many", key: `k${n}`, value: n }),
      ),
    );
    const { value } = Object(await client.call("server.database.get_item", { namespace: "many" }));
    expect(Object.keys(Object(value))).toHaveLength(20);
    await client.close();
  });
});
