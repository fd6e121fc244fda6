import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AppError } from "#shared/rpc/errors.ts";
import type { Result } from "#shared/contract/index.ts";
import { methods, type MethodName } from "#shared/contract/index.ts";
import { ApiClient } from "../../support/apiClient.ts";
import { type ApiHarness, type HarnessPrinter, startApiHarness } from "../../support/apiHarness.ts";
import { TINY_GCODE } from "../../support/openTestLibrary.ts";

describe("the library over the API", () => {
  let api: ApiHarness;
  let client: ApiClient;
  let voron: HarnessPrinter;
  let prusa: HarnessPrinter;

  beforeEach(async () => {
    api = await startApiHarness();
    voron = await api.addPrinter("voron");
    prusa = await api.addPrinter("prusa");
    client = await ApiClient.connect(api.url);
  });
  afterEach(async () => {
    await client.close();
    await api.stop();
  });

  async function call<M extends MethodName>(method: M, params: object): Promise<Result<M>> {
    // Parsed by the contract: an answer that does not keep to it fails the test.
    return methods[method].result.parse(await client.call(method, params)) as Result<M>;
  }
  const list = (tree: string) => call("farm.library.list", { tree });
  const paths = async (tree: string) => (await list(tree)).files.map(({ path }) => path);

  async function upload(name: string, bytes = TINY_GCODE, folder = ""): Promise<Response> {
    const form = new FormData();
    form.append("path", folder);
    form.append("file", new Blob([bytes]), name);
    return fetch(`${api.url}farm/library/upload`, { method: "POST", body: form });
  }

  it("takes files into the farm's own tree, in folders", async () => {
    expect((await upload("cube.gcode", TINY_GCODE, "orders/2026")).status).toBe(201);
    const { folders, files } = await list("farm:");
    expect(folders).toEqual(["orders", "orders/2026"]);
    expect(files).toMatchObject([{ path: "orders/2026/cube.gcode", in_use: [] }]);
    expect(await paths("voron")).toEqual([]);
  });

  it("refuses what is no g-code with the reason", async () => {
    const answer = await upload("notes.txt");
    expect(answer.status).toBe(400);
    expect(JSON.stringify(await answer.json())).toContain("only sliced files");
  });

  it("queues a farm file on many printers under its name, and one that fails stops no other", async () => {
    await upload("cube.gcode");
    prusa.engine.refuse = new AppError("storage_full", "its store is full");
    const { results } = await call("farm.library.queue", {
      tree: "farm:",
      paths: ["cube.gcode"],
      printers: ["voron", "prusa"],
      copies: 3,
    });
    expect(results.map(({ printer, error }) => [printer, error])).toEqual([
      ["voron", null],
      ["prusa", "its store is full"],
    ]);
    expect(await paths("voron")).toEqual(["cube.gcode"]);
    expect(voron.engine.snapshot.stored.copies).toHaveLength(3);
    expect((await list("farm:")).files[0]?.in_use).toEqual([{ printer: "voron", copies: 3 }]);
  });

  it("moves files and whole folders, and never over a name that is taken", async () => {
    await upload("a.gcode", TINY_GCODE, "old/deep");
    await upload("b.gcode");
    const move = (from: string, to: string) =>
      call("farm.library.move", { tree: "farm:", from, to });
    await expect(move("b.gcode", "old/deep/a.gcode")).rejects.toThrow(/exists already/);
    await expect(move("old", "old/inner")).rejects.toThrow(/into itself/);
    await expect(move("nothing.gcode", "x.gcode")).rejects.toThrow(/no "nothing.gcode"/);
    expect(await move("old", "new")).toEqual({ moved: 1 });
    expect(await move("b.gcode", "new/b2.gcode")).toEqual({ moved: 1 });
    const { folders, files } = await list("farm:");
    expect(folders).toEqual(["new", "new/deep"]);
    expect(files.map(({ path }) => path)).toEqual(["new/b2.gcode", "new/deep/a.gcode"]);
  });

  it("deletes files and folders with all in them; what is queued keeps its bytes", async () => {
    await upload("a.gcode", TINY_GCODE, "orders");
    await call("farm.library.queue", {
      tree: "farm:",
      paths: ["orders/a.gcode"],
      printers: ["voron"],
    });
    expect(await call("farm.library.remove", { tree: "farm:", paths: ["orders"] })).toEqual({
      removed: 1,
    });
    expect(await list("farm:")).toMatchObject({ folders: [], files: [] });
    expect(voron.engine.snapshot.stored.copies).toHaveLength(1);
    expect(await paths("voron")).toEqual(["orders/a.gcode"]);
  });

  it("gives waiting copies the new bytes of their name only when asked", async () => {
    await upload("cube.gcode");
    const before = (await list("farm:")).files[0];
    await call("farm.library.queue", { tree: "farm:", paths: ["cube.gcode"], printers: ["voron"] });
    await upload("cube.gcode", `${TINY_GCODE}; sliced again\n`);
    expect((await list("farm:")).files[0]).toMatchObject({ path: "cube.gcode", in_use: [] });
    await call("farm.library.adopt", { tree: "farm:", path: "cube.gcode", from: before?.content });
    const after = (await list("farm:")).files[0];
    expect(voron.engine.commands.at(-1)).toEqual({
      kind: "adopt_content",
      filename: "cube.gcode",
      from: before?.content,
      to: after?.content,
    });
    expect((await list("voron")).files[0]?.content).toBe(after?.content);
  });

  it("knows no tree of a printer that does not exist", async () => {
    await expect(client.call("farm.library.list", { tree: "nobody" })).rejects.toThrow(/nobody/);
  });
});
