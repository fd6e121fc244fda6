import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AttemptId, CopyId, JobId, type ContentHash } from "#shared/domain/ids.ts";
import { soleStart, withNames } from "../../../electron/host/server/scripts.ts";
import { ApiClient } from "../../support/apiClient.ts";
import { startApiHarness, type ApiHarness, type HarnessPrinter } from "../../support/apiHarness.ts";
import { TINY_GCODE } from "../../support/openTestLibrary.ts";

describe("a script", () => {
  it.each([
    ["SDCARD_PRINT_FILE FILENAME=a.gcode", "a.gcode"],
    ['  sdcard_print_file filename="sub dir/a b.gcode"\n', "sub dir/a b.gcode"],
    ['SDCARD_PRINT_FILE FILENAME="/a \\"b\\".gcode"', 'a "b".gcode'],
  ])("that only starts a print is one: %j", (script, name) => expect(soleStart(script)).toBe(name));

  it.each([
    "G28",
    "G28\nSDCARD_PRINT_FILE FILENAME=a.gcode",
    "SDCARD_PRINT_FILE FILENAME=a.gcode\nSDCARD_PRINT_FILE FILENAME=b.gcode",
    "; SDCARD_PRINT_FILE FILENAME=a.gcode",
    "M118 SDCARD_PRINT_FILE FILENAME=a.gcode",
  ])("that does more, or something else, is none: %j", (script) =>
    expect(soleStart(script)).toBeNull(),
  );

  it("has its files called as the printer calls them, and nothing else is touched", () => {
    const nameOf = (name: string): string =>
      name === "a b.gcode" ? "nextplate/0/a b.gcode" : name;
    expect(withNames('G28\nSDCARD_PRINT_FILE FILENAME="a b.gcode"\nM117 a b.gcode', nameOf)).toBe(
      'G28\nSDCARD_PRINT_FILE FILENAME="nextplate/0/a b.gcode"\nM117 a b.gcode',
    );
    expect(withNames("M23 a b.gcode\nM24", nameOf)).toBe("M23 nextplate/0/a b.gcode\nM24");
    const other = "SDCARD_PRINT_FILE FILENAME=c.gcode ; a b.gcode";
    expect(withNames(other, nameOf)).toBe(other);
  });
});

describe("names of files", () => {
  let api: ApiHarness;
  let voron: HarnessPrinter;
  let client: ApiClient;
  let content: ContentHash;
  let staged: string;
  beforeAll(async () => {
    api = await startApiHarness();
    voron = await api.addPrinter("voron");
    await api.putFile(voron.id, "parts/bracket.gcode");
    content = fileNamed("parts/bracket.gcode").content;
    await api.library.whenParsed(content);
    staged = `nextplate/${content.slice(0, 8)}/bracket.gcode`;
    voron.link.becomeReady({ print_stats: { state: "standby", filename: "" } });
    voron.link.server = { url: "http://127.0.0.1:1", apiKey: null };
    voron.link.answers.set("printer.gcode.script", "ok");
    voron.link.answers.set("server.files.list", [
      { path: "theirs.gcode", size: TINY_GCODE.length, modified: 5 },
      { path: "same.gcode", size: 9, modified: 5 },
    ]);
    voron.link.answers.set("server.files.metadata", {
      size: 9,
      modified: 5,
      slicer: "TheirSlicer",
    });
    voron.link.files.set("theirs.gcode", TINY_GCODE);
    voron.link.files.set(".thumbs/theirs-32x32.png", "their picture");
    client = await ApiClient.connect(`${api.url}printers/voron/`);
  });
  afterAll(async () => {
    await client.close();
    await api.stop();
  });

  const fileNamed = (path: string) => {
    const file = api.library.find(voron.id, path);
    if (file === undefined) throw new Error(`no ${path}`);
    return file;
  };
  const run = (script: string): Promise<unknown> => client.call("printer.gcode.script", { script });
  const lastScript = (): unknown =>
    voron.link.requests.findLast(({ method }) => method === "printer.gcode.script")?.params;

  it("kept here start as a job, plate check and all, when a script starts them", async () => {
    await run('SDCARD_PRINT_FILE FILENAME="parts/bracket.gcode"');
    expect(voron.engine.commands.at(-1)).toMatchObject({
      kind: "print_now",
      item: { filename: "parts/bracket.gcode", content },
    });
    expect(lastScript()).toBeUndefined();
  });

  it("of the printer's own files reach it without our folder's name", async () => {
    await run("SDCARD_PRINT_FILE FILENAME=printer/theirs.gcode");
    expect(lastScript()).toEqual({ script: 'SDCARD_PRINT_FILE FILENAME="theirs.gcode"' });
  });

  it("reach it as where we put the file, inside of longer scripts", async () => {
    const { stored } = voron.engine.snapshot;
    voron.engine.change({ stored: { ...stored, undecided: [attempt()] } });
    await run("G28\nSDCARD_PRINT_FILE FILENAME=parts/bracket.gcode");
    expect(lastScript()).toEqual({ script: `G28\nSDCARD_PRINT_FILE FILENAME="${staged}"` });
  });

  it("in the printer's history are ours, with what is known of the content", async () => {
    const job = {
      job_id: "000001",
      status: "completed",
      start_time: 1,
      end_time: 2,
      print_duration: 1,
      total_duration: 1,
      filament_used: 1,
      metadata: { size: 1 },
      exists: false,
    };
    voron.link.answers.set("server.history.list", {
      count: 2,
      jobs: [
        { ...job, filename: staged },
        { ...job, filename: "theirs.gcode" },
      ],
    });
    expect(await client.call("server.history.list")).toMatchObject({
      jobs: [
        {
          filename: "parts/bracket.gcode",
          exists: true,
          metadata: { size: TINY_GCODE.length },
        },
        { filename: "theirs.gcode", exists: false, metadata: { size: 1 } },
      ],
    });
  });

  it("of a print past us give its own details, not those of our file of that name", async () => {
    await api.putFile(voron.id, "same.gcode");
    const ask = (): Promise<unknown> =>
      client.call("server.files.metadata", { filename: "same.gcode" });
    expect(await ask()).toMatchObject({ size: TINY_GCODE.length });
    voron.link.say({ print_stats: { state: "printing", filename: "same.gcode" } }, 1);
    expect(await ask()).toMatchObject({ size: 9, slicer: "TheirSlicer" });
    voron.link.say({ print_stats: { state: "standby", filename: "" } }, 2);
  });

  it("of the printer's own files are understood without our folder too", async () => {
    const picture = await fetch(
      `${api.url}printers/voron/server/files/gcodes/.thumbs/theirs-32x32.png`,
    );
    expect(await picture.text()).toBe("their picture");
    for (const name of ["nextplate/0a1b2c3d/x.gcode", "..%2Fx", ".thumbs/..%2F..%2Fx"]) {
      const response = await fetch(`${api.url}printers/voron/server/files/gcodes/${name}`);
      expect([400, 404]).toContain(response.status);
    }
    await client.call("printer.print.start", { filename: "theirs.gcode" });
    expect(voron.engine.commands.at(-1)).toMatchObject({
      kind: "print_now",
      item: { filename: "printer/theirs.gcode" },
    });
  });

  /** One that ended, and whose file is still where it was put. */
  function attempt() {
    return {
      id: AttemptId.parse("0000000000000001"),
      copyId: CopyId.parse("0000000000000002"),
      jobId: JobId.parse("0000000000000003"),
      printerId: voron.id,
      filename: "parts/bracket.gcode",
      contentHash: content,
      state: "failed" as const,
      staged: { path: staged, size: TINY_GCODE.length, modified: 1 },
      baseline: null,
      copyAddedAt: 0,
      createdAt: 0,
      startSentAt: null,
      startedAt: null,
      endedAt: 1,
      historyJobId: null,
      evidence: [],
      message: null,
      decision: null,
    };
  }
});
