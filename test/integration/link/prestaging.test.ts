import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { StagedFile } from "#shared/domain/attempt.ts";
import { ContentHash, PrinterId } from "#shared/domain/ids.ts";
import { type Clock, systemClock } from "#shared/util/clock.ts";
import { cleanStaged } from "../../../electron/host/library/cleanStaged.ts";
import { createPrinterStager } from "../../../electron/host/library/printerStager.ts";
import { StagedManifests } from "../../../electron/host/library/stagedManifest.ts";
import type { Stager, StageRequest } from "../../../electron/host/library/stager.ts";
import type { PrinterLink } from "../../../electron/host/link/printerLink.ts";
import { silentLogger } from "../../../electron/host/log/logger.ts";
import type { SimulatedPrinter } from "../../../electron/simulator/simulatedPrinter.ts";
import { waitFor } from "../../support/apiClient.ts";
import { linkedPrinter } from "../../support/linkedPrinter.ts";
import { LINK_KINDS, type LinkBy } from "../../support/linkKinds.ts";

const RATE = 2_000_000;
const DAY = 86_400_000;
const PRINTER = PrinterId.parse("p");
/** Hours, as the machine has them. */
const LONG_PRINT = "G28\nG1 X10 Y10 E1 F6000\nG4 P90000000\nM400\n";

/** A clock that runs so many times faster, so that five minutes are seconds. */
function faster(times: number): Clock {
  const begun = systemClock.now();
  return {
    now: () => begun + (systemClock.now() - begun) * times,
    monotonic: () => systemClock.monotonic() * times,
    setTimer: (delay, run) => systemClock.setTimer(delay / times, run),
  };
}
const fast = faster(40);

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

interface Bench {
  readonly printer: SimulatedPrinter;
  readonly link: PrinterLink;
  readonly manifests: StagedManifests;
  readonly content: ContentHash;
  readonly uploads: () => number;
  /** Seconds that the print on the machine has run. */
  readonly printed: () => number;
  readonly stage: (change?: Partial<StageRequest>) => Promise<StagedFile>;
  readonly waits: (string | null)[];
}

/** A printer at the wire that has been printing for so many seconds, and a file for it. */
async function bench(
  by: LinkBy,
  seconds: number,
  size: number,
  { machine, ours }: { readonly machine: Clock; readonly ours: Clock } = {
    machine: fast,
    ours: fast,
  },
): Promise<Bench> {
  const { printer, link } = await linkedPrinter(by, (close) => undo.push(close), {
    speed: 1,
    clock: machine,
    statusInterval: 4_000,
    gcodes: { "long.gcode": LONG_PRINT },
  });
  const uploading = vi.spyOn(link, "uploadFile");
  const printed = (): number => Number(link.status()["print_stats"]?.["total_duration"] ?? 0);
  if (seconds > 0) {
    await link.startPrint("long.gcode");
    await waitFor("the print", async () => printed() >= seconds, 60_000);
  }
  const bytes = Buffer.alloc(size, "G1 X1 Y1 E1\n");
  const content = ContentHash.parse(createHash("sha256").update(bytes).digest("hex"));
  const folder = await mkdtemp(join(tmpdir(), "nextplate-prestaging-"));
  undo.push(() => rm(folder, { recursive: true }));
  const local = join(folder, content);
  await writeFile(local, bytes);
  const stored = new Map<string, unknown>();
  const manifests = new StagedManifests({
    get: (key) => stored.get(key),
    set: (key, value) => Promise.resolve(void stored.set(key, value)),
  });
  const stager: Stager = createPrinterStager({
    library: { localPath: () => Promise.resolve(local) },
    manifests,
    rate: () => RATE,
    clock: ours,
    random: () => 0,
    logger: silentLogger,
  });
  const waits: (string | null)[] = [];
  return {
    printer,
    link,
    manifests,
    content,
    printed,
    waits,
    uploads: () => {
      const { settledResults } = uploading.mock;
      return settledResults.filter(({ type }) => type === "fulfilled").length;
    },
    stage: (change = {}) =>
      stager.stage({
        printer: PRINTER,
        link,
        content,
        filename: "part.gcode",
        reason: "ahead",
        signal: new AbortController().signal,
        onProgress: () => {},
        onWait: (why) => void waits.push(why),
        ...change,
      }),
  };
}

describe.each(LINK_KINDS)("a file brought over while the printer behind $name prints", ({ by }) => {
  it("waits for the print's first five minutes and then goes at no more than the rate", async () => {
    const { stage, waits, printed, uploads } = await bench(by, 200, 12_000_000);
    let sentFrom: number | undefined;
    let beganAt = 0;
    await stage({
      onProgress: (fraction) => {
        if (fraction === 0) beganAt = printed();
        if (fraction > 0) sentFrom ??= fast.monotonic();
      },
    });
    expect(waits[0]).toContain("first five minutes");
    expect(beganAt).toBeGreaterThanOrEqual(300);
    // The first piece is on its way when the clock of the rest begins.
    const seconds = (fast.monotonic() - (sentFrom ?? 0)) / 1000;
    expect(seconds).toBeGreaterThan((0.8 * 12_000_000) / RATE);
    expect(uploads()).toBe(1);
  });

  it.each([
    [
      "runs out of moves",
      /ran out of moves/,
      (p: SimulatedPrinter) => void p.klippy.machine.stalls++,
    ],
    [
      "has a busy computer",
      /computer is busy/,
      (p: SimulatedPrinter) => void (p.klippy.machine.load = 4),
    ],
    ["answers slowly", /answers slowly/, (p: SimulatedPrinter) => p.faults.slowAnswers(600_000)],
  ])("gives way when the printer %s, and leaves nothing half-sent", async (_, why, strain) => {
    // Only the machine's time flies: what we measure of it is real.
    const clocks = { machine: faster(200), ours: systemClock };
    const { printer, stage, waits, uploads } = await bench(by, 301, 40_000_000, clocks);
    const abort = new AbortController();
    let strained = false;
    const staging = stage({
      signal: abort.signal,
      onProgress: (fraction) => {
        if (fraction === 0 || strained) return;
        strained = true;
        strain(printer);
      },
    });
    const ended = staging.catch((error: unknown) => error);
    await waitFor("it to give way", () => waits.some((wait) => wait !== null && why.test(wait)));
    abort.abort();
    expect(await ended).toMatchObject({ code: "unavailable" });
    expect(uploads()).toBe(0);
  });
});

describe.each(LINK_KINDS)("what lies on a printer behind $name from us", ({ by }) => {
  it("is removed when it is old and not queued; what others put there stays, whatever its name", async () => {
    const { printer, link, manifests, content, stage } = await bench(by, 0, 50_000);
    const ours = await stage({ filename: "old.gcode" });
    const queued = await stage({ filename: "old.gcode" });
    const replaced = await stage({ filename: "replaced.gcode" });
    expect(queued).toEqual(ours);
    const foreign = `nextplate/${content.slice(0, 8)}/of-another-host.gcode`;
    printer.files.put(foreign, Buffer.from("G28\n"), 1_000);
    printer.files.put(replaced.path, Buffer.from("G28\n"), replaced.modified + 5);
    printer.files.put("mine.gcode", Buffer.from("G28\n"), 1_000);
    const clean = (now: number, inUse: readonly ContentHash[]) =>
      cleanStaged({ printer: PRINTER, link, manifests, inUse: new Set(inUse), now });

    expect(await clean(fast.now() + 29 * DAY, [])).toEqual([]);
    expect(await clean(fast.now() + 31 * DAY, [content])).toEqual([]);
    expect(await clean(fast.now() + 31 * DAY, [])).toEqual([ours.path]);
    expect(printer.files.open(ours.path)).toBeUndefined();
    for (const path of [foreign, replaced.path, "mine.gcode", "long.gcode"]) {
      expect({ path, bytes: printer.files.open(path)?.bytes }).toMatchObject({
        bytes: expect.anything(),
      });
    }
  });
});
