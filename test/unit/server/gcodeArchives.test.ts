import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { readZipEntries, readZipEntry } from "../../../electron/host/library/zipReader.ts";
import { ApiClient } from "../../support/apiClient.ts";
import { startApiHarness, type ApiHarness, type HarnessPrinter } from "../../support/apiHarness.ts";
import { TINY_GCODE } from "../../support/openTestLibrary.ts";
import { until } from "../../support/until.ts";

const OTHER = `${TINY_GCODE}; other\n`;
const BOTH = { "gcodes/a.gcode": TINY_GCODE, "gcodes/parts/ü b.gcode": OTHER };

let api: ApiHarness;
let printer: HarnessPrinter;
let client: ApiClient;
let endpoint: string;
let count = 0;

beforeAll(async () => {
  api = await startApiHarness();
});
afterAll(() => api.stop());
beforeEach(async () => {
  await client?.close();
  const name = `z${++count}`;
  printer = await api.addPrinter(name);
  endpoint = `${api.url}printers/${name}/`;
  client = await ApiClient.connect(endpoint);
  await api.putFile(printer.id, "a.gcode");
  await api.putFile(printer.id, "parts/ü b.gcode", OTHER);
});

const Answer = z.object({
  action: z.literal("zip_files"),
  destination: z.object({ root: z.string(), path: z.string(), size: z.int() }),
});
const zip = async (ask: object) => Answer.parse(await client.call("server.files.zip", ask));

async function fetched(rooted: string): Promise<Buffer> {
  const response = await fetch(`${endpoint}server/files/${rooted}`);
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/zip"]);
  return Buffer.from(await response.arrayBuffer());
}

/** What is in an archive, read by the code that unpacks Cura's. */
async function contents(bytes: Buffer): Promise<Record<string, string>> {
  const file = {
    size: bytes.length,
    read: (at: number, length: number) => Promise.resolve(bytes.subarray(at, at + length)),
    close: () => Promise.resolve(),
  };
  const found: Record<string, string> = {};
  for (const entry of await readZipEntries(file)) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of readZipEntry(file, entry)) chunks.push(chunk);
    found[entry.name] = Buffer.concat(chunks).toString("utf8");
  }
  return found;
}

describe("an archive of g-code", () => {
  it.each([true, false])(
    "holds files and folders as Mainsail asks (stored: %s)",
    async (stored) => {
      const dest = "config/gcodes-2026.zip";
      const items = ["gcodes/a.gcode", "gcodes/parts"];
      const { destination } = await zip({ items, dest, store_only: stored });
      expect(destination).toMatchObject({ root: "config", path: "gcodes-2026.zip" });
      const bytes = await fetched(dest);
      expect(bytes.length).toBe(destination.size);
      expect(await contents(bytes)).toEqual(BOTH);
    },
  );

  it("is listed where Fluidd puts it, told of, and can be deleted", async () => {
    await zip({ items: ["gcodes"], dest: "gcodes/parts/all.zip" });
    const folder = async (): Promise<string> =>
      JSON.stringify(await client.call("server.files.get_directory", { path: "gcodes/parts" }));
    expect(await folder()).toContain("all.zip");
    expect(await contents(await fetched("gcodes/parts/all.zip"))).toEqual(BOTH);
    await client.call("server.files.delete_file", { path: "gcodes/parts/all.zip" });
    expect(await folder()).not.toContain("all.zip");
    const told = (): string[] =>
      client.notifications
        .filter(({ method }) => method === "notify_filelist_changed")
        .map(({ params }) => Object(params[0]))
        .filter(({ item }) => Object(item).path === "parts/all.zip")
        .map(({ action }) => String(action));
    await until(() => told().length >= 2);
    expect(told()).toEqual(["create_file", "delete_file"]);
  });

  it("gets a name of its own where none was asked for, and cannot be queued", async () => {
    const { path } = (await zip({ items: ["gcodes/a.gcode"] })).destination;
    expect(path).toMatch(/^collection-\d{8}-\d{6}\.zip$/);
    const filenames = [path];
    await expect(client.call("server.job_queue.post_job", { filenames })).rejects.toMatchObject({
      code: 400,
    });
  });

  it("holds what lies on the printer, which must be on for what is not here yet", async () => {
    const size = TINY_GCODE.length;
    printer.link.answers.set("server.files.list", [{ path: "cube.gcode", size, modified: 1 }]);
    printer.link.files.set("cube.gcode", TINY_GCODE);
    printer.link.becomeReady({ print_stats: { state: "standby" } });
    printer.link.server = { url: "http://127.0.0.1:1", apiKey: null };
    await client.call("server.files.list", {});
    printer.link.setState({ kind: "connecting", since: 0, lastSeen: null });
    await expect(zip({ items: ["gcodes/printer"] })).rejects.toThrow(/Switch the printer on/);
    printer.link.becomeReady({ print_stats: { state: "standby" } });
    await zip({ items: ["gcodes/printer"], dest: "gcodes/theirs.zip" });
    expect(await contents(await fetched("gcodes/theirs.zip"))).toEqual({
      "gcodes/printer/cube.gcode": TINY_GCODE,
    });
  });

  it.each([
    [{ items: [] }, /At least one/],
    [{ items: ["gcodes/none.gcode"] }, /does not exist/],
    [{ items: ["gcodes/a.gcode", "config/printer.cfg"] }, /two archives/],
    [{ items: ["config/printer.cfg"], dest: "gcodes/c.zip" }, /two archives/],
    [{ items: ["gcodes/a.gcode"], dest: "gcodes/a.gcode" }, /ends in .zip/],
    [{ items: ["gcodes/a.gcode"], dest: "gcodes/../x.zip" }, /Invalid root path/],
    [{ items: ["gcodes/a.gcode"], dest: "gcodes//x.zip" }, /ends in .zip/],
    [{ items: ["gcodes/../a.gcode"] }, /Invalid root path/],
  ])("is refused with the reason, and nothing is left: %o", async (ask, words) => {
    await expect(client.call("server.files.zip", ask)).rejects.toMatchObject({
      code: 400,
      message: expect.stringMatching(words),
    });
    expect((await fetch(`${endpoint}server/files/gcodes/x.zip`)).status).toBe(404);
  });

  it("is of its printer only, and gives way to ten newer ones", async () => {
    await zip({ items: ["gcodes/a.gcode"], dest: "gcodes/first.zip" });
    const other = await api.addPrinter(`other${count}`);
    const elsewhere = `${api.url}printers/${other.id}/server/files/gcodes/first.zip`;
    expect((await fetch(elsewhere)).status).toBe(404);
    for (let n = 0; n < 10; n++) {
      await zip({ items: ["gcodes/a.gcode"], dest: `gcodes/next${n}.zip` });
    }
    expect((await fetch(`${endpoint}server/files/gcodes/first.zip`)).status).toBe(404);
    await fetched("gcodes/next0.zip");
  });

  it("holds a large file as it is", async () => {
    const line = "G1 X10.123 Y20.456 E0.04213 F1800 ; a line among a great many\n";
    const text = TINY_GCODE + line.repeat(100_000);
    await api.putFile(printer.id, "big.gcode", text);
    const { destination } = await zip({ items: ["gcodes/big.gcode"], dest: "gcodes/big.zip" });
    expect(destination.size).toBeLessThan(text.length / 20);
    expect((await contents(await fetched("gcodes/big.zip")))["gcodes/big.gcode"] === text).toBe(
      true,
    );
  });
});
