import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { farmHistoryMethods } from "#shared/contract/farmHistory.ts";
import { farmSettingsMethods } from "#shared/contract/farmSettings.ts";
import { ApiKeys, API_KEYS_SETTING } from "../../../electron/host/server/apiKeys.ts";
import { SqliteQueueStore } from "../../../electron/host/store/sqliteQueueStore.ts";
import { ApiClient } from "../../support/apiClient.ts";
import { type ApiHarness, memorySettings, startApiHarness } from "../../support/apiHarness.ts";
import { ManualClock } from "../../support/manualClock.ts";
import { anEndedAttempt, voron, writeOf } from "../../support/storedRecords.ts";

describe("API keys", () => {
  it("open while they are listed, and are kept as hashes only", async () => {
    const settings = memorySettings();
    const keys = new ApiKeys(settings, new ManualClock());
    const { key, stored } = await keys.create("Slicer laptop", "operate");
    expect(keys.bearerOf(key)).toMatchObject({ name: "Slicer laptop", scope: "operate" });
    expect(keys.bearerOf(`${key}x`)).toBeUndefined();
    expect(keys.bearerOf("")).toBeUndefined();
    expect(JSON.stringify(settings.get(API_KEYS_SETTING))).not.toContain(key);
    await keys.revoke(stored.id);
    expect(keys.bearerOf(key)).toBeUndefined();
    await expect(keys.revoke(stored.id)).rejects.toThrow(/revoked already/);
  });

  it("survive an entry that makes no sense, which opens nothing", async () => {
    const settings = memorySettings();
    const keys = new ApiKeys(settings, new ManualClock());
    const { key } = await keys.create("good", "admin");
    const stored = settings.get(API_KEYS_SETTING);
    await settings.set(API_KEYS_SETTING, [
      { sha256: "" },
      ...(Array.isArray(stored) ? stored : []),
    ]);
    expect(keys.bearerOf(key)).toMatchObject({ scope: "admin" });
    expect(keys.list()).toHaveLength(1);
    await settings.set(API_KEYS_SETTING, "broken");
    expect(keys.bearerOf(key)).toBeUndefined();
  });
});

describe("settings and history over the API", () => {
  let api: ApiHarness;
  let client: ApiClient;

  beforeEach(async () => {
    api = await startApiHarness();
    await api.addPrinter("voron");
    client = await ApiClient.connect(api.url);
  });
  afterEach(async () => {
    await client.close();
    await api.stop();
  });

  const {
    list,
    totals,
    export: exported,
  } = {
    list: farmHistoryMethods["farm.history.list"].result,
    totals: farmHistoryMethods["farm.history.totals"].result,
    export: farmHistoryMethods["farm.history.export"].result,
  };

  async function endAttempts(): Promise<void> {
    const queues = new SqliteQueueStore(api.context);
    const day = 86_400_000;
    await queues.commit([
      writeOf(
        queues.load(voron, 0),
        {},
        {
          ended: [
            anEndedAttempt(1, "finished", day + 3_600_000, { startedAt: day }),
            anEndedAttempt(2, "failed", day + 7_200_000, {
              startedAt: day + 3_600_000,
              filename: '=1+1 "x".gcode',
              message: "Heater\nlost",
            }),
            anEndedAttempt(3, "cancelled", 3 * day - 1, { startedAt: null }),
          ],
        },
      ),
    ]);
  }

  it("remember the first file that another program sent, not those of a web page", async () => {
    const send = async (name: string, headers: Record<string, string>) => {
      const form = new FormData();
      form.append("file", new Blob(["G28\nG1 X1 E1\n"]), name);
      const url = new URL("/printers/voron/server/files/upload", api.url);
      const answer = await fetch(url, { method: "POST", body: form, headers });
      expect(answer.status).toBe(201);
    };
    const info = farmSettingsMethods["farm.host.info"].result;
    const first = async () => (await client.ask(info, "farm.host.info")).first_upload;
    await send("board.gcode", { origin: new URL(api.url).origin });
    expect(await first()).toBeNull();
    await send("slicer.gcode", {});
    await expect.poll(first).toMatchObject({ filename: "slicer.gcode", printer: "voron" });
    await send("later.gcode", {});
    expect(await first()).toMatchObject({ filename: "slicer.gcode" });
  });

  it("pages through what was printed, newest first, and narrows it", async () => {
    await endAttempts();
    const first = await client.ask(list, "farm.history.list", { limit: 2 });
    expect(first.attempts.map(({ outcome }) => outcome)).toEqual(["cancelled", "failed"]);
    expect(first.attempts[0]).toMatchObject({
      printer_name: "voron",
      started: null,
      duration: null,
    });
    const { cursor } = first;
    const second = await client.ask(list, "farm.history.list", { limit: 2, cursor });
    expect(second).toMatchObject({ cursor: null, attempts: [{ outcome: "finished" }] });
    const failed = await client.ask(list, "farm.history.list", { outcome: "failed" });
    expect(failed.attempts).toHaveLength(1);
    await expect(client.call("farm.history.list", { cursor: "x" })).rejects.toThrow(/cursor/);
  });

  it("sums up per printer, per file and per the caller's day", async () => {
    await endAttempts();
    const sums = await client.ask(totals, "farm.history.totals", { utc_offset: 60 });
    expect(sums).toMatchObject({
      attempts: 3,
      print_time: 7200,
      longest: 3600,
      filament_weight: 0,
    });
    expect(sums.by_outcome).toMatchObject({ finished: 1, failed: 1, cancelled: 1, unknown: 0 });
    expect(sums.printers).toEqual([
      { printer: "voron", printer_name: "voron", attempts: 3, finished: 1, print_time: 7200 },
    ]);
    // An hour east of UTC the last moment of the second day is the third day already.
    expect(sums.days.map(({ day, attempts }) => [day, attempts])).toEqual([
      [86_400 - 3600, 2],
      [3 * 86_400 - 3600, 1],
    ]);
  });

  it("knows what a print took and how much of it was good when its file is long gone", async () => {
    const queues = new SqliteQueueStore(api.context);
    const expected = { duration: 600, filamentLength: 1_500, filamentWeight: 4.5 };
    const ended = [
      anEndedAttempt(1, "finished", 1_000, { expected }),
      anEndedAttempt(2, "failed", 2_000, { expected, decision: "dismiss", goodParts: 3 }),
    ];
    await queues.commit([writeOf(queues.load(voron, 0), {}, { ended })]);
    const { attempts } = await client.ask(list, "farm.history.list", {});
    expect(attempts[0]).toMatchObject({
      estimate: 600,
      filament_length: 1_500,
      filament_weight: 4.5,
      good_parts: 3,
    });
    expect(attempts[1]).toMatchObject({ good_parts: null });
    const sums = await client.ask(totals, "farm.history.totals", {});
    expect(sums).toMatchObject({ filament_length: 1_500, filament_weight: 4.5 });
    const { csv } = await client.ask(exported, "farm.history.export", {});
    expect(csv).toContain("dismiss,3,");
  });

  it("exports lines that a spreadsheet reads and does not run", async () => {
    await endAttempts();
    const { csv, cursor } = await client.ask(exported, "farm.history.export", {});
    expect(cursor).toBeNull();
    const lines = csv.split("\r\n");
    expect(lines[0]).toMatch(/^printer,printer_id,file,outcome/);
    expect(csv).toContain(`"'=1+1 ""x"".gcode",failed`);
    expect(csv).toContain('"Heater\nlost"');
  });

  it("tells where the host is and makes, lists and revokes keys", async () => {
    const info = await client.ask(
      farmSettingsMethods["farm.host.info"].result,
      "farm.host.info",
      {},
    );
    expect(info).toMatchObject({ host: "127.0.0.1", open_to_network: false, backup: null });
    expect(info.port).toBe(Number(new URL(api.url).port));
    const made = await client.ask(
      farmSettingsMethods["farm.keys.create"].result,
      "farm.keys.create",
      { name: "CI" },
    );
    expect(made.key.endsWith(made.view.ending)).toBe(true);
    const { keys } = await client.ask(
      farmSettingsMethods["farm.keys.list"].result,
      "farm.keys.list",
      {},
    );
    expect(keys).toEqual([made.view]);
    await client.call("farm.keys.revoke", { id: made.view.id });
    await expect(client.call("farm.backup.create", {})).rejects.toThrow(/no backup/);
  });

  it("searches for printers only when asked, and names the networks first", async () => {
    expect(await client.call("farm.discovery.networks", {})).toEqual({ networks: [] });
    expect(await client.call("farm.discovery.status", {})).toMatchObject({ running: false });
    await expect(
      client.call("farm.discovery.start", { announcements: false, networks: ["10.0.0.0/8"] }),
    ).rejects.toThrow(/1024/);
    await client.call("farm.discovery.start", { announcements: false, networks: ["10.0.0.0/30"] });
    expect(await client.call("farm.discovery.cancel", {})).toMatchObject({ running: false });
  });

  it("set the rate of transfers that share a machine with a print, within bounds", async () => {
    const { result } = farmSettingsMethods["farm.settings.get"];
    expect(await client.ask(result, "farm.settings.get", {})).toEqual({ stage_rate: 2_000_000 });
    const set = await client.ask(result, "farm.settings.set", { stage_rate: 500_000 });
    expect(set).toEqual({ stage_rate: 500_000 });
    expect(await client.ask(result, "farm.settings.set", {})).toEqual(set);
    await expect(client.call("farm.settings.set", { stage_rate: 1 })).rejects.toThrow("stage_rate");
    await api.settings.set("stage_rate", "broken");
    expect(await client.ask(result, "farm.settings.get", {})).toEqual({ stage_rate: 2_000_000 });
  });
});
