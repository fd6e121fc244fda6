import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { RemoteError } from "#shared/rpc/errors.ts";
import { ApiClient } from "../../support/apiClient.ts";
import { startApiHarness, type ApiHarness, type HarnessPrinter } from "../../support/apiHarness.ts";
import { TINY_GCODE } from "../../support/openTestLibrary.ts";

const CUBE = "calibration/cube.gcode";
const THEIRS = [
  { path: CUBE, size: TINY_GCODE.length, modified: 1, permissions: "rw" },
  { path: "nextplate/0a1b2c3d/x.gcode", size: 1, modified: 1, permissions: "rw" },
];
/** What the printer's Moonraker answers to a change. */
const answered = (action: string, path: string, from?: string) => ({
  action,
  item: { path, root: "gcodes", modified: 1, size: 4096, permissions: "rw" },
  ...(from === undefined ? {} : { source_item: { path: from, root: "gcodes" } }),
});

let api: ApiHarness;
let printer: HarnessPrinter;
let client: ApiClient;
let count = 0;

beforeAll(async () => {
  api = await startApiHarness();
});
afterAll(() => api.stop());
beforeEach(async () => {
  await client?.close();
  const name = `f${++count}`;
  printer = await api.addPrinter(name);
  client = await ApiClient.connect(`${api.url}printers/${name}/`);
  printer.link.becomeReady({ print_stats: { state: "standby" } });
  printer.link.server = { url: "http://127.0.0.1:1", apiKey: null };
  printer.link.answers.set("server.files.list", THEIRS);
  printer.link.files.set(CUBE, TINY_GCODE);
  await client.call("server.files.list", {});
});

/** Every change of a folder or file below printer/, what it is to the printer, and how it may answer. */
const CHANGES = [
  [
    "server.files.move",
    { source: "gcodes/printer/calibration", dest: "gcodes/printer/old" },
    { source: "gcodes/calibration", dest: "gcodes/old" },
    answered("move_dir", "old", "calibration"),
  ],
  [
    "server.files.move",
    { source: `gcodes/printer/${CUBE}`, dest: "gcodes/printer" },
    { source: `gcodes/${CUBE}`, dest: "gcodes/cube.gcode" },
    answered("move_file", "cube.gcode", CUBE),
  ],
  [
    "server.files.copy",
    { source: `gcodes/printer/${CUBE}`, dest: "gcodes/printer/again.gcode" },
    { source: `gcodes/${CUBE}`, dest: "gcodes/again.gcode" },
    answered("create_file", "again.gcode"),
  ],
  [
    "server.files.post_directory",
    { path: "gcodes/printer/new" },
    { path: "gcodes/new" },
    answered("create_dir", "new"),
  ],
  [
    "server.files.delete_directory",
    { path: "gcodes/printer/calibration", force: true },
    { path: "gcodes/calibration", force: true },
    answered("delete_dir", "calibration"),
  ],
] as const;

describe("what lies on the printer", () => {
  it.each(CHANGES)("is changed by its own Moonraker: %s %o", async (method, ask, asked, answer) => {
    printer.link.answers.set(method, answer);
    const got = await client.call(method, ask);
    expect(printer.link.requests.at(-1)).toEqual({ method, params: asked });
    const { item, source_item: source } = answer;
    expect(got).toMatchObject({
      action: answer.action,
      item: { ...item, path: `printer/${item.path}` },
      ...(source === undefined
        ? {}
        : { source_item: { root: "gcodes", path: `printer/${source.path}` } }),
    });
  });

  it.each(CHANGES)("stays as it is while the printer is off: %s", async (method, ask) => {
    printer.link.setState({ kind: "connecting", since: 0, lastSeen: null });
    await expect(client.call(method, ask)).rejects.toMatchObject({
      code: 503,
      message: expect.stringMatching(/nothing was changed. Switch the printer on/),
    });
  });

  it.each(CHANGES)("is nobody's to change behind a bare Klipper: %s", async (method, ask) => {
    printer.link.server = null;
    await expect(client.call(method, ask)).rejects.toMatchObject({
      code: 503,
      message: expect.stringMatching(/no Moonraker to change them/),
    });
  });

  it("keeps the printer's refusal", async () => {
    printer.link.answers.set(
      "server.files.delete_directory",
      new RemoteError(400, "Directory not empty"),
    );
    const ask = { path: "gcodes/printer/calibration" };
    await expect(client.call("server.files.delete_directory", ask)).rejects.toThrow(
      "Directory not empty",
    );
    const params = { path: "gcodes/calibration", force: false };
    expect(printer.link.requests.at(-1)?.params).toEqual(params);
  });

  it.each([
    ["server.files.delete_directory", { path: "gcodes/printer", force: true }],
    ["server.files.delete_directory", { path: "gcodes/printer/nextplate", force: true }],
    ["server.files.move", { source: "gcodes/printer", dest: "gcodes/printer/x" }],
    ["server.files.move", { source: "gcodes/printer/nextplate/0a", dest: "gcodes/printer/x" }],
    ["server.files.post_directory", { path: "gcodes/printer" }],
    ["server.files.copy", { source: "gcodes/printer/nextplate", dest: "gcodes/printer/x" }],
  ])("is not changed as a whole, and our folder there never: %s %o", async (method, ask) => {
    const before = printer.link.requests.length;
    await expect(client.call(method, ask)).rejects.toMatchObject({ code: 400 });
    const asked = printer.link.requests.slice(before).map((request) => request.method);
    expect(asked).not.toContain(method);
  });

  it("is moved neither out of the printer nor into it, and the error says what to do", async () => {
    await api.putFile(printer.id, "a.gcode");
    for (const ask of [
      { source: "gcodes/a.gcode", dest: "gcodes/printer/a.gcode" },
      { source: "gcodes/a.gcode", dest: "gcodes/printer" },
      { source: `gcodes/printer/${CUBE}`, dest: "gcodes/cube.gcode" },
    ]) {
      await expect(client.call("server.files.move", ask)).rejects.toThrow(/copy them out of it/);
    }
    expect(api.library.find(printer.id, "a.gcode")).toBeDefined();
  });

  it("is copied out of the printer, a folder with all in it", async () => {
    const ask = { source: "gcodes/printer/calibration", dest: "gcodes/kept" };
    expect(await client.call("server.files.copy", ask)).toMatchObject({ action: "create_dir" });
    expect(api.library.find(printer.id, "kept/cube.gcode")?.size).toBe(TINY_GCODE.length);
  });

  it("leaves with its name here when its folder goes; what is queued keeps its bytes", async () => {
    const name = `printer/${CUBE}`;
    await client.call("server.job_queue.post_job", { filenames: [name] });
    expect(api.library.find(printer.id, name)).toBeDefined();
    const answer = answered("delete_dir", "calibration");
    printer.link.answers.set("server.files.delete_directory", answer);
    const ask = { path: "gcodes/printer/calibration", force: true };
    await client.call("server.files.delete_directory", ask);
    expect(api.library.find(printer.id, name)).toBeUndefined();
    expect(printer.engine.commands.at(-1)).toMatchObject({ items: [{ filename: name }] });
  });

  it("shows its empty folders too, but not our own", async () => {
    printer.link.folders.set("", ["calibration", "empty", "nextplate", ".thumbs"]);
    printer.link.folders.set("empty", []);
    const look = (path: string): Promise<unknown> =>
      client.call("server.files.get_directory", { path });
    expect(await look("gcodes/printer")).toMatchObject({
      dirs: [{ dirname: "calibration" }, { dirname: "empty" }],
    });
    expect(await look("gcodes/printer/empty")).toMatchObject({ dirs: [], files: [] });
  });
});
