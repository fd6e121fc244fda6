import * as z from "zod";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppError } from "#shared/rpc/errors.ts";
import { ApiClient } from "../../support/apiClient.ts";
import { startApiHarness, type ApiHarness, type HarnessPrinter } from "../../support/apiHarness.ts";
import { until } from "../../support/until.ts";

describe("a farm without printers", () => {
  let api: ApiHarness;
  beforeAll(async () => {
    api = await startApiHarness();
  });
  afterAll(() => api.stop());
  const get = async (path: string) => {
    const response = await fetch(api.url + path);
    return [response.status, await response.text()] as const;
  };

  it("has an empty, paused queue", async () => {
    const [status, body] = await get("server/job_queue/status");
    expect([status, body]).toEqual([200, '{"result":{"queued_jobs":[],"queue_state":"paused"}}']);
  });

  it("says what to do for everything that needs a printer", async () => {
    const [status, body] = await get("server/files/list");
    expect(status).toBe(503);
    expect(body).toContain("Add one on the board");
  });

  it("tells what it is all the same", async () => {
    const [status, body] = await get("server/info");
    expect(status).toBe(200);
    expect(body).toContain('"klippy_state":"disconnected"');
  });

  it("serves a page that says how to build the board", async () => {
    const [status, body] = await get("");
    expect(status).toBe(200);
    expect(body).toContain("npm run build");
  });
});

describe("endpoints", () => {
  let api: ApiHarness;
  let first: HarnessPrinter;
  let second: HarnessPrinter;
  beforeAll(async () => {
    api = await startApiHarness();
    first = await api.addPrinter("first");
    second = await api.addPrinter("second");
    for (const { id } of [first, second]) await api.putFile(id, "a.gcode");
  });
  afterAll(() => api.stop());

  const post = (client: ApiClient, params: object = {}) =>
    client.call("server.job_queue.post_job", { filenames: ["a.gcode"], ...params });
  const queueNotices = (client: ApiClient) =>
    client.notifications.filter(({ method }) => method === "notify_job_queue_changed");

  it("names an unknown printer in a 404, on every transport", async () => {
    const response = await fetch(`${api.url}printers/nobody/server/job_queue/status`);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain("nobody");
    const client = await ApiClient.connect(api.url);
    await expect(post(client, { printer: "nobody" })).rejects.toMatchObject({
      code: -32601,
      message: expect.stringContaining("nobody"),
    });
    await client.close();
    await expect(ApiClient.connect(`${api.url}printers/nobody/`)).rejects.toThrow("404");
  });

  it("sends root calls to the default printer, or to the one they name", async () => {
    const client = await ApiClient.connect(api.url);
    await post(client);
    await post(client, { printer: "second" });
    await client.close();
    expect(first.engine.commands.at(-1)).toMatchObject({ kind: "post" });
    expect(second.engine.commands.at(-1)).toMatchObject({ kind: "post" });
  });

  it("tells clients of other printers only when they know of them", async () => {
    // What earlier tests changed has been told by then.
    await new Promise((resolve) => setTimeout(resolve, 80));
    const plain = await ApiClient.connect(api.url);
    const farm = await ApiClient.connect(api.url);
    const own = await ApiClient.connect(`${api.url}printers/second/`);
    await farm.call("farm.printers.list");
    await post(own);
    await until(() => queueNotices(farm).length > 0 && queueNotices(own).length > 0);
    expect(queueNotices(farm)[0]?.params[0]).toMatchObject({ printer: "second" });
    expect(queueNotices(own)[0]?.params[0]).not.toHaveProperty("printer");
    expect(queueNotices(plain)).toEqual([]);
    await Promise.all([plain.close(), farm.close(), own.close()]);
  });

  it("answers the caller before it notifies him", async () => {
    const client = await ApiClient.connect(api.url);
    await post(client);
    expect(queueNotices(client)).toEqual([]);
    await until(() => queueNotices(client).length > 0);
    await client.close();
  });

  it("sends changes of the farm to those who hold a snapshot", async () => {
    const watching = await ApiClient.connect(api.url);
    const other = await ApiClient.connect(api.url);
    await watching.call("farm.snapshot");
    await watching.call("farm.printers.update", { printer: "second", tags: ["big"] });
    const told = () =>
      watching.notifications.filter(({ method }) => method === "notify_farm_changed");
    const Change = z.object({
      id: z.string(),
      printer: z.object({ tags: z.array(z.string()) }).nullish(),
    });
    // A test before this one may have left a change of that printer to be told.
    const change = await until(() =>
      told()
        .map(({ params: [change] }) => Change.parse(change))
        .find(({ id, printer }) => id === "second" && printer?.tags.includes("big")),
    );
    expect(change.printer?.tags).toEqual(["big"]);
    expect(other.notifications.some(({ method }) => method.startsWith("notify_farm"))).toBe(false);
    await Promise.all([watching.close(), other.close()]);
  });

  it("is always ready on the slicers' endpoint, and queues what it is told to print", async () => {
    const client = await ApiClient.connect(`${api.url}printers/second/queue/`);
    expect(await client.call("server.info")).toMatchObject({ klippy_state: "ready" });
    expect(
      await client.call("printer.objects.query", { objects: { print_stats: ["state"] } }),
    ).toMatchObject({ status: { print_stats: { state: "standby" } } });
    expect(await client.call("printer.print.start", { filename: "a.gcode" })).toBe("ok");
    expect(second.engine.commands.at(-1)).toMatchObject({ kind: "post" });
    await expect(client.call("printer.gcode.script", { script: "G28" })).rejects.toMatchObject({
      code: 503,
    });
    await client.close();
  });

  it("tells the truth on the printer's own endpoint", async () => {
    const client = await ApiClient.connect(`${api.url}printers/second/`);
    expect(await client.call("server.info")).toMatchObject({
      klippy_connected: false,
      klippy_state: "disconnected",
    });
    await expect(client.call("printer.objects.list")).rejects.toMatchObject({
      code: 503,
      message: "Klippy Host not connected",
    });
    await client.close();
  });

  it("sends what is safer straight to the engine", async () => {
    const client = await ApiClient.connect(api.url);
    for (const call of ["pause", "cancel"]) await client.call(`printer.print.${call}`);
    await client.call("printer.emergency_stop");
    expect(first.engine.commands.slice(-3)).toEqual([
      { kind: "safety", call: "pause" },
      { kind: "safety", call: "cancel" },
      { kind: "safety", call: "emergency_stop" },
    ]);
    await client.close();
  });

  it("passes a printer's refusal on with its code and words", async () => {
    first.engine.refuse = new AppError("conflict", "The plate changed since you looked");
    const client = await ApiClient.connect(api.url);
    await expect(post(client)).rejects.toMatchObject({
      code: 409,
      message: "The plate changed since you looked",
    });
    await client.close();
  });

  it("knows no method that every object has", async () => {
    const client = await ApiClient.connect(api.url);
    for (const method of ["toString", "constructor", "__proto__", "hasOwnProperty"]) {
      await expect(client.call(method)).rejects.toMatchObject({ code: -32601 });
    }
    await client.close();
  });

  it("refuses unknown parameters in its own namespace, where in the table", async () => {
    const client = await ApiClient.connect(api.url);
    const wrong = client.call("farm.queue.move", { printer: "first", job_ids: [], before: null });
    await expect(wrong).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining("job_ids"),
    });
    await client.close();
  });
});
