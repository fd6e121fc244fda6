import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { RemoteError } from "#shared/rpc/errors.ts";
import { ApiClient } from "../../support/apiClient.ts";
import { startApiHarness, type ApiHarness, type HarnessPrinter } from "../../support/apiHarness.ts";
import { TINY_GCODE } from "../../support/openTestLibrary.ts";
import { until } from "../../support/until.ts";

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
  const name = `p${++count}`;
  printer = await api.addPrinter(name);
  client = await ApiClient.connect(`${api.url}printers/${name}/`);
});

const paths = async (): Promise<string[]> => {
  const files = await client.call("server.files.list", { root: "gcodes" });
  return Array.isArray(files) ? files.map((file) => String(Object(file).path)) : [];
};
const changes = (): unknown[] =>
  client.notifications
    .filter(({ method }) => method === "notify_filelist_changed")
    .map(({ params }) => Object(params[0]).action);
const switchOn = (): void => {
  printer.link.becomeReady({ print_stats: { state: "standby" } });
  printer.link.server = { url: "http://127.0.0.1:1", apiKey: null };
};

describe("the gcodes root", () => {
  it("moves a file, into a folder when the target is one, and tells it", async () => {
    await api.putFile(printer.id, "a.gcode");
    await client.call("server.files.post_directory", { path: "gcodes/parts" });
    const answer = await client.call("server.files.move", {
      source: "gcodes/a.gcode",
      dest: "gcodes/parts",
    });
    expect(answer).toMatchObject({
      action: "move_file",
      item: { path: "parts/a.gcode", root: "gcodes" },
      source_item: { path: "a.gcode", root: "gcodes" },
    });
    expect(await paths()).toEqual(["parts/a.gcode"]);
    expect(changes()).toContain("create_file");
  });

  it("moves a folder with all in it", async () => {
    await api.putFile(printer.id, "x/y/b.gcode");
    const params = { source: "gcodes/x", dest: "gcodes/z" };
    expect(await client.call("server.files.move", params)).toMatchObject({ action: "move_dir" });
    expect(await paths()).toEqual(["z/y/b.gcode"]);
  });

  it("copies files and folders", async () => {
    await api.putFile(printer.id, "x/b.gcode");
    await client.call("server.files.copy", { source: "gcodes/x", dest: "gcodes/y" });
    await client.call("server.files.copy", { source: "gcodes/x/b.gcode", dest: "gcodes/c.gcode" });
    expect(await paths()).toEqual(["c.gcode", "x/b.gcode", "y/b.gcode"]);
  });

  it("deletes a folder with files only when forced", async () => {
    await api.putFile(printer.id, "x/b.gcode");
    const path = "gcodes/x";
    await expect(client.call("server.files.delete_directory", { path })).rejects.toMatchObject({
      code: 400,
    });
    const forced = await client.call("server.files.delete_directory", { path, force: true });
    expect(forced).toMatchObject({ action: "delete_dir", item: { path: "x" } });
    expect(await paths()).toEqual([]);
  });

  it("tells when a file has been read", async () => {
    await api.putFile(printer.id, "new.gcode", `${TINY_GCODE}; ${count} for the first time\n`);
    const told = await until(() =>
      client.notifications.find(({ method }) => method === "notify_metadata_update"),
    );
    expect(told.params[0]).toMatchObject({ filename: "new.gcode" });
  });

  it("tells it under every name, also when the bytes were known before", async () => {
    const bytes = `${TINY_GCODE}; ${count} under two names\n`;
    await api.putFile(printer.id, "first.gcode", bytes);
    await client.call("server.files.metadata", { filename: "first.gcode" });
    await api.putFile(printer.id, "second.gcode", bytes);
    const told = await until(() =>
      client.notifications.find(
        ({ method, params }) =>
          method === "notify_metadata_update" && Object(params[0]).filename === "second.gcode",
      ),
    );
    expect(told.params[0]).toMatchObject({ size: bytes.length });
  });

  it.each(["../x.gcode", "a/../../x.gcode", "/etc/x.gcode", "x\0.gcode", "a//x.gcode"])(
    "no change leaves it: %j",
    async (name) => {
      await api.putFile(printer.id, "a.gcode");
      for (const [method, params] of [
        ["server.files.move", { source: "gcodes/a.gcode", dest: `gcodes/${name}` }],
        ["server.files.copy", { source: "gcodes/a.gcode", dest: `gcodes/${name}` }],
        ["server.files.post_directory", { path: `gcodes/${name}` }],
        ["server.files.delete_directory", { path: `gcodes/${name}`, force: true }],
        ["server.files.delete_file", { path: `gcodes/${name}` }],
        ["server.files.metascan", { filename: name }],
      ] as const) {
        await expect(client.call(method, params)).rejects.toBeInstanceOf(RemoteError);
      }
      expect(await paths()).toEqual(["a.gcode"]);
    },
  );
});

describe("roots of the printer", () => {
  it("are listed and changed by the printer itself", async () => {
    switchOn();
    const roots = [
      { name: "config", path: "/home/pi/config", permissions: "rw" },
      { name: "gcodes", path: "/home/pi/gcodes", permissions: "rw" },
    ];
    printer.link.answers.set("server.files.roots", roots);
    expect(await client.call("server.files.roots")).toEqual([
      { name: "gcodes", path: "gcodes", permissions: "rw" },
      roots[0],
    ]);
    const moved = {
      action: "move_file",
      item: { path: "b.cfg", root: "config", modified: 1, size: 1, permissions: "rw" },
      source_item: { path: "a.cfg", root: "config" },
    };
    printer.link.answers.set("server.files.move", moved);
    const params = { source: "config/a.cfg", dest: "config/b.cfg" };
    expect(await client.call("server.files.move", params)).toEqual(moved);
    expect(printer.link.requests.at(-1)).toEqual({ method: "server.files.move", params });
  });

  it("are kept apart from the g-code here", async () => {
    await api.putFile(printer.id, "a.gcode");
    switchOn();
    const params = { source: "gcodes/a.gcode", dest: "config/a.gcode" };
    await expect(client.call("server.files.move", params)).rejects.toThrow(/cannot be moved/);
    const asked = printer.link.requests.map(({ method }) => method);
    expect(asked).not.toContain("server.files.move");
  });
});

describe("files that lie on the printer", () => {
  const theirs = [
    { path: "calibration/cube.gcode", size: TINY_GCODE.length, modified: 1, permissions: "rw" },
    { path: "nextplate/0a1b2c3d/x.gcode", size: 1, modified: 1, permissions: "rw" },
    { path: "notes.txt", size: 1, modified: 1, permissions: "rw" },
  ];
  const seeThem = async (): Promise<void> => {
    switchOn();
    printer.link.answers.set("server.files.list", theirs);
    printer.link.files.set("calibration/cube.gcode", TINY_GCODE);
    await client.call("server.files.list", {});
  };

  it("appear below printer/, without what we put there, also while it is off", async () => {
    await seeThem();
    expect(await paths()).toEqual(["printer/calibration/cube.gcode"]);
    printer.link.setState({ kind: "connecting", since: 0, lastSeen: null });
    const folder = await client.call("server.files.get_directory", { path: "gcodes/printer" });
    expect(folder).toMatchObject({ dirs: [{ dirname: "calibration" }], files: [] });
  });

  it("are copied into the library when they are queued", async () => {
    await seeThem();
    const name = "printer/calibration/cube.gcode";
    await client.call("server.job_queue.post_job", { filenames: [name] });
    expect(api.library.find(printer.id, name)?.size).toBe(TINY_GCODE.length);
    expect(printer.engine.commands.at(-1)).toMatchObject({ items: [{ filename: name }] });
  });

  it("cannot be queued before that while the printer is off, and the error says so", async () => {
    await seeThem();
    printer.link.setState({ kind: "connecting", since: 0, lastSeen: null });
    const filenames = ["printer/calibration/cube.gcode"];
    await expect(client.call("server.job_queue.post_job", { filenames })).rejects.toMatchObject({
      code: 400,
      message: expect.stringMatching(/lies on the printer, which is off/),
    });
    expect(printer.engine.commands).toEqual([]);
  });

  it("are downloaded from there, and nothing beside them", async () => {
    await seeThem();
    const base = `${api.url}printers/${printer.id}/server/files/gcodes/printer/`;
    const response = await fetch(`${base}calibration/cube.gcode`);
    expect(await response.text()).toBe(TINY_GCODE);
    printer.link.files.set("../config/moonraker.conf", "secret");
    expect((await fetch(`${base}%2e%2e/config/moonraker.conf`)).status).toBe(404);
    expect((await fetch(`${base}..%2Fconfig/moonraker.conf`)).status).toBe(404);
  });
});
