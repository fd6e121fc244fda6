import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ContentHash, PrinterId } from "#shared/domain/ids.ts";
import { AppError } from "#shared/rpc/errors.ts";
import { type Clock, systemClock } from "#shared/util/clock.ts";
import { StagedManifests } from "../../../electron/host/library/stagedManifest.ts";
import { createPrinterStager } from "../../../electron/host/library/printerStager.ts";
import type { StageRequest } from "../../../electron/host/library/stager.ts";
import type { PrinterLink } from "../../../electron/host/link/printerLink.ts";
import { silentLogger } from "../../../electron/host/log/logger.ts";
import type { SimulatedPrinter } from "../../../electron/simulator/simulatedPrinter.ts";
import { linkedPrinter } from "../../support/linkedPrinter.ts";
import { LINK_KINDS, type LinkBy } from "../../support/linkKinds.ts";

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** Pauses between tries pass at once; everything else is real. */
const hasty: Clock = {
  ...systemClock,
  setTimer: (delay, run) => systemClock.setTimer(Math.min(delay, 20), run),
};

const PRINTER = PrinterId.parse("p");

interface Bench {
  readonly printer: SimulatedPrinter;
  readonly link: PrinterLink;
  readonly stager: ReturnType<typeof createPrinterStager>;
  readonly content: ContentHash;
  readonly bytes: Buffer;
  readonly manifests: StagedManifests;
  readonly request: (change?: Partial<StageRequest>) => StageRequest;
  /** Transfers that ended well. */
  readonly uploads: () => number;
}

async function bench(by: LinkBy, size = 300_000): Promise<Bench> {
  const { printer, link } = await linkedPrinter(by, (close) => undo.push(close));
  const uploading = vi.spyOn(link, "uploadFile");
  const bytes = Buffer.alloc(size, "G1 X1 Y1 E1\n");
  const content = ContentHash.parse(createHash("sha256").update(bytes).digest("hex"));
  const folder = await mkdtemp(join(tmpdir(), "nextplate-staging-"));
  undo.push(() => rm(folder, { recursive: true }));
  const local = join(folder, content);
  await writeFile(local, bytes);
  const stored = new Map<string, unknown>();
  const manifests = new StagedManifests({
    get: (key) => stored.get(key),
    set: (key, value) => Promise.resolve(void stored.set(key, value)),
  });
  const stager = createPrinterStager({
    library: { localPath: () => Promise.resolve(local) },
    manifests,
    rate: () => 2_000_000,
    clock: hasty,
    random: () => 0,
    logger: silentLogger,
  });
  return {
    printer,
    link,
    stager,
    content,
    bytes,
    manifests,
    request: (change = {}) => ({
      printer: PRINTER,
      link,
      content,
      reason: "due",
      onWait: () => {},
      filename: 'parts/Bracket "L".GCODE',
      signal: new AbortController().signal,
      onProgress: () => {},
      ...change,
    }),
    uploads: () => {
      const { settledResults } = uploading.mock;
      return settledResults.filter(({ type }) => type === "fulfilled").length;
    },
  };
}

describe.each(LINK_KINDS)("staging a file onto a printer behind $name", ({ by }) => {
  it("brings the very bytes to the content's own folder, with progress up to 1", async () => {
    const { stager, printer, content, bytes, request } = await bench(by);
    const progress: number[] = [];
    const staged = await stager.stage(request({ onProgress: (f) => void progress.push(f) }));
    expect(staged.path).toBe(`nextplate/${content.slice(0, 8)}/Bracket _L_.gcode`);
    expect(staged.size).toBe(bytes.length);
    expect(printer.files.open(staged.path)?.bytes.equals(bytes)).toBe(true);
    expect(progress[0]).toBe(0);
    expect(progress.at(-1)).toBe(1);
  });

  it("uses a present file of the right bytes again, also one it has not sent itself", async () => {
    const { stager, printer, content, bytes, request, uploads } = await bench(by);
    printer.files.put(`nextplate/${content.slice(0, 8)}/Bracket _L_.gcode`, bytes, 1_000.25);
    const first = await stager.stage(request());
    expect(first.modified).toBe(1_000.25);
    expect(await stager.stage(request())).toEqual(first);
    expect(uploads()).toBe(0);
  });

  it("finds a file it has read back with one question, however busy the machine is", async () => {
    const { stager, link, request } = await bench(by);
    const first = await stager.stage(request());
    const asked = vi.spyOn(link, "statFile");
    const probed = vi.spyOn(link, "request");
    expect(await stager.stage(request())).toEqual(first);
    expect(asked).toHaveBeenCalledTimes(1);
    expect(probed).not.toHaveBeenCalled();
  });

  it("replaces a present file of other bytes, whatever its size", async () => {
    const { stager, printer, content, bytes, request, uploads } = await bench(by);
    const wrong = Buffer.alloc(bytes.length, "G1 X2 Y2 E2\n");
    printer.files.put(`nextplate/${content.slice(0, 8)}/Bracket _L_.gcode`, wrong, 1_000);
    const staged = await stager.stage(request());
    expect(printer.files.open(staged.path)?.bytes.equals(bytes)).toBe(true);
    expect(uploads()).toBe(1);
  });

  it("verifies by size and time, and sees a file that was touched, replaced or removed", async () => {
    const { stager, printer, link, bytes, request } = await bench(by);
    const staged = await stager.stage(request());
    expect(await stager.verify(link, staged)).toBe(true);
    printer.files.put(staged.path, bytes, staged.modified + 1);
    expect(await stager.verify(link, staged)).toBe(false);
    printer.files.put(staged.path, bytes.subarray(1), staged.modified);
    expect(await stager.verify(link, staged)).toBe(false);
    printer.files.delete(staged.path);
    expect(await stager.verify(link, staged)).toBe(false);
  });

  it("can be given up in the middle, and leaves nothing behind", async () => {
    const { stager, printer, content, request } = await bench(by, 20_000_000);
    const abort = new AbortController();
    printer.faults.uploadSlow(4_000_000);
    const staging = stager.stage(
      request({ signal: abort.signal, onProgress: (f) => f > 0.05 && abort.abort() }),
    );
    await expect(staging).rejects.toMatchObject({ code: "unavailable" });
    const path = `nextplate/${content.slice(0, 8)}/Bracket _L_.gcode`;
    expect(printer.files.open(path)).toBeUndefined();
  });

  it("rejects as unavailable when the printer is not connected", async () => {
    const { stager, link, request } = await bench(by);
    await link.stop();
    await expect(stager.stage(request())).rejects.toMatchObject({
      code: "unavailable",
      retryable: true,
    });
  });

  it("is one transfer for all who want the same file, until the last has given it up", async () => {
    const { stager, printer, bytes, request, uploads } = await bench(by, 4_000_000);
    printer.faults.uploadSlow(8_000_000);
    const first = new AbortController();
    const ahead = stager.stage(request({ reason: "ahead", signal: first.signal }));
    const due = stager.stage(request());
    first.abort();
    await expect(ahead).rejects.toMatchObject({ code: "unavailable" });
    const staged = await due;
    expect(uploads()).toBe(1);
    expect(printer.files.open(staged.path)?.bytes.equals(bytes)).toBe(true);
  });

  it("writes down what it brought there", async () => {
    const { stager, manifests, content, request } = await bench(by);
    const staged = await stager.stage(request());
    expect(manifests.read(PRINTER).files[staged.path]).toMatchObject({ content });
  });
});

/** A server that takes the bytes can keep others or refuse them, and has a disk of its own; a folder does not. */
describe("staging a file onto a printer whose Moonraker takes it", () => {
  const by = "moonraker";

  it("sends again when the printer answered 201 and kept other bytes", async () => {
    const { stager, printer, bytes, request, uploads } = await bench(by);
    printer.faults.uploadKeepsOtherBytes(2);
    const staged = await stager.stage(request());
    expect(printer.files.open(staged.path)?.bytes.equals(bytes)).toBe(true);
    expect(uploads()).toBe(3);
  });

  it("gives up after three tries, says what may be wrong, and leaves nothing printable", async () => {
    const { stager, printer, content, request } = await bench(by);
    printer.faults.uploadKeepsOtherBytes(99);
    const error = await stager.stage(request()).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: "checksum_mismatch", retryable: true });
    expect(String(error)).toContain("enable_object_processing");
    const path = `nextplate/${content.slice(0, 8)}/Bracket _L_.gcode`;
    await expect.poll(() => printer.files.open(path)).toBeUndefined();
  });

  it("tries again after an error of the server, and not after a refusal", async () => {
    const { stager, printer, request, uploads } = await bench(by);
    printer.faults.uploadFails(500, 2);
    await stager.stage(request());
    expect(uploads()).toBe(1);
    const other = await bench(by);
    other.printer.faults.uploadFails(413, 1);
    await expect(other.stager.stage(other.request())).rejects.toMatchObject({ code: "too_large" });
    expect(other.uploads()).toBe(0);
  });

  it("leaves 500 MB free on the printer, and says how much there is", async () => {
    const { stager, printer, request, uploads } = await bench(by);
    printer.files.free = 500_100_000;
    const error = await stager.stage(request()).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "storage_full" });
    expect(String(error)).toContain("has 501 MB free");
    expect(uploads()).toBe(0);
    printer.files.free = 501_000_000;
    await stager.stage(request());
    expect(uploads()).toBe(1);
  });
});

describe("staging a file into the folder of a bare Klipper", () => {
  it("leaves 500 MB free there too", async () => {
    const { stager, link, request, uploads } = await bench("klipper");
    const disk = vi.spyOn(link, "freeSpace").mockResolvedValueOnce(500_100_000);
    await expect(stager.stage(request())).rejects.toMatchObject({ code: "storage_full" });
    expect(uploads()).toBe(0);
    disk.mockResolvedValueOnce(501_000_000);
    await stager.stage(request());
    expect(uploads()).toBe(1);
  });
});
