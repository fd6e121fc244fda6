import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { PrinterView, QueueView } from "#shared/contract/farm.ts";
import { systemClock } from "#shared/util/clock.ts";
import { SimulatedPrinter } from "../../electron/simulator/simulatedPrinter.ts";
import { waitFor } from "../support/apiClient.ts";
import { runCli, runProgram, startWatch } from "../support/commandLine.ts";
import { FarmDriver, gcodeBytes } from "../support/farmDriver.ts";
import { startTestHost, type TestHost } from "../support/testHost.ts";

const Added = z.array(z.object({ printer: z.string(), queue: QueueView }));

let printer: SimulatedPrinter;
let folder: string;
let host: TestHost;
let farm: FarmDriver;
let cube: string;

beforeAll(async () => {
  printer = new SimulatedPrinter({ name: "rig", speed: 200, clock: systemClock });
  await printer.start();
  folder = await mkdtemp(join(tmpdir(), "nextplate-cli-"));
  host = await startTestHost({ dataDir: join(folder, "data") });
  farm = await FarmDriver.connect(host.url);
  const id = await farm.addPrinter("Rig One", printer.url, "confirm");
  await farm.until(id, "ready", (view) => view.activity === "idle");
  cube = join(folder, "cube.gcode");
  await writeFile(cube, gcodeBytes("cube20_0.2mm_PETG.gcode"));
});

afterAll(async () => {
  await farm.close();
  await host.stop();
  await printer.stop();
  await rm(folder, { recursive: true, force: true });
});

const nextplate = (...args: string[]) => runCli(args, { NEXTPLATE_URL: host.url });

describe("nextplate on the command line", () => {
  it("queues a file, says why it waits, clears the plate, starts it and watches it print", async () => {
    const added = await nextplate("add", cube, "--copies", "2", "--folder", "parts", "--json");
    expect(added).toMatchObject({ code: 0, err: "" });
    expect(Added.parse(JSON.parse(added.out))).toMatchObject([
      { printer: "rig-one", queue: { rows: [{ filename: "parts/cube.gcode" }, {}] } },
    ]);

    const started = await nextplate("start", "Rig One");
    expect(started).toMatchObject({ code: 0 });
    expect(started.out).toMatch(/rig-one: 2 waiting, the first because: .*plate/i);

    const watch = startWatch(["rig-one", "--json", "--url", host.url]);
    await waitFor("the first line", () => watch.lines().length > 0);
    expect(await nextplate("clear", "rig-one", "--note", "scraped")).toMatchObject({
      code: 0,
      out: "rig-one: plate clear\n",
    });
    await waitFor("the print in the watch", () =>
      watch.lines().some((line) => PrinterView.parse(JSON.parse(line)).activity === "printing"),
    );
    const status = await nextplate("status");
    expect(status.out).toMatch(/^PRINTER +STATE +PRINT/);
    expect(status.out).toMatch(/rig-one .*parts\/cube\.gcode/);
    expect(await nextplate("pause", "rig-one")).toMatchObject({ code: 0 });
    const queue = await nextplate("status", "rig-one");
    expect(queue.out).toMatch(/1 +[0-9A-F]{16} +parts\/cube\.gcode/);
    expect(await watch.interrupt()).toBe(0);
  });

  it("says in text what a person wants to read while watching", async () => {
    const watch = startWatch(["--url", host.url]);
    await waitFor("the first line", () => watch.lines().length > 0);
    expect(watch.lines()[0]).toMatch(/^\d\d:\d\d:\d\d rig-one: \w+/);
    expect(await watch.interrupt()).toBe(0);
  });

  it("tells by its exit code what went wrong, and on stderr why", async () => {
    expect(await nextplate("status", "nobody")).toMatchObject({
      code: 1,
      out: "",
      err: 'nextplate: There is no printer "nobody"; there are: rig-one\n',
    });
    const notes = join(folder, "notes.txt");
    await writeFile(notes, "no g-code");
    expect(await nextplate("add", notes)).toMatchObject({ code: 1, out: "" });
    expect(await nextplate("add", join(folder, "absent.gcode"))).toMatchObject({ code: 1 });
    expect(await nextplate("fly")).toMatchObject({ code: 2, out: "" });
    expect(await nextplate("status", "--url", "127.0.0.1:1")).toMatchObject({
      code: 3,
      err: expect.stringMatching(/No Nextplate answers at http:\/\/127\.0\.0\.1:1\//),
    });
  });

  it("is what npx finds in a checkout", async () => {
    const project = join(import.meta.dirname, "../..");
    const help = await runProgram("npx", ["--no-install", "nextplate", "--help"], { cwd: project });
    expect(help).toMatchObject({ code: 0, out: expect.stringContaining("exit codes") });
  });
});
