import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "#shared/util/clock.ts";
import { testKlipper } from "../../../electron/host/link/klipperProbe.ts";
import { withoutPrivileges } from "../../support/anotherUser.ts";
import { SimulatedPrinter } from "../../../electron/simulator/simulatedPrinter.ts";

let base: string;
let folder: string;
let socket: string;
const undo: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "nextplate-probe-"));
  folder = join(base, "gcodes");
  socket = join(base, "klippy.sock");
  await mkdir(folder);
});
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
  await rm(base, { recursive: true, force: true });
});

async function klipper(
  options: Partial<ConstructorParameters<typeof SimulatedPrinter>[0]> = {},
): Promise<SimulatedPrinter> {
  const printer = new SimulatedPrinter({
    name: "voron",
    speed: 10,
    clock: systemClock,
    statusInterval: 25,
    klipper: { socket, folder },
    ...options,
  });
  await printer.start();
  undo.push(() => printer.stop());
  return printer;
}

const probe = (given: string | null = null, address = socket) =>
  testKlipper(address, given, systemClock);

describe("the test of a Klipper socket", () => {
  it("finds the printer and proves its folder, and leaves nothing there", async () => {
    const printer = await klipper();
    expect(await probe()).toEqual({
      ok: true,
      name: "voron",
      klippy_state: "ready",
      moonraker_version: "",
      hostname: "voron",
      folder,
      notice: null,
    });
    expect(await readdir(folder)).toEqual([]);
    expect(printer.record.entries.map(({ event }) => event)).not.toContain("started");
  });

  it("works over a forwarded port", async () => {
    const printer = await klipper();
    const address = printer.klippySocket?.tcpAddress ?? "";
    expect(await probe(null, address)).toMatchObject({ ok: true, folder });
  });

  it("proves a folder that is mounted elsewhere", async () => {
    await klipper({ klipper: { socket, folder, configuredFolder: "/home/pi/gcodes" } });
    expect(await probe(folder)).toMatchObject({ ok: true, folder });
    expect(await probe()).toMatchObject({ ok: false, reason: "no_folder" });
  });

  it("sees that Klipper reads another folder", async () => {
    await klipper();
    const other = join(base, "other");
    await mkdir(other);
    const found = await probe(other);
    expect(found).toMatchObject({ ok: false, reason: "wrong_folder" });
    expect(found.ok ? "" : found.message).toContain(folder);
  });

  it("says when there is no socket, and when nobody listens at one", async () => {
    expect(await probe()).toMatchObject({ ok: false, reason: "no_socket" });
    await writeFile(socket, "");
    expect(await probe()).toMatchObject({ ok: false, reason: "no_socket" });
    expect(await probe(null, "127.0.0.1:1")).toMatchObject({ ok: false, reason: "unreachable" });
    expect(await probe(null, "voron")).toMatchObject({ ok: false, reason: "bad_address" });
  });

  it("says when there is no such folder, and when nothing can be written into it", async () => {
    await klipper();
    const file = join(base, "file");
    await writeFile(file, "");
    expect(await probe(file)).toMatchObject({ ok: false, reason: "no_folder" });
    expect(await probe(join(base, "nowhere"))).toMatchObject({ ok: false, reason: "no_folder" });
    // Nobody can make a file there, whoever runs the tests.
    expect(await probe("/sys/kernel")).toMatchObject({ ok: false, reason: "folder_not_writable" });
  });

  it.runIf(process.platform !== "win32")(
    "says when this user may not open the socket, nor write into the folder",
    async () => {
      await klipper();
      await chmod(base, 0o755);
      await chmod(socket, 0);
      await chmod(folder, 0o555);
      const shut = await withoutPrivileges(() => probe());
      expect(shut).toMatchObject({ ok: false, reason: "no_permission" });
      expect(shut.ok ? "" : shut.message).toMatch(/may not open .*klippy.sock.*group/);
      await chmod(socket, 0o666);
      const readOnly = await withoutPrivileges(() => probe());
      expect(readOnly).toMatchObject({ ok: false, reason: "folder_not_writable" });
      expect(readOnly.ok ? "" : readOnly.message).toMatch(/may not write to .*EACCES.*group/);
      await chmod(folder, 0o777);
      expect(await withoutPrivileges(() => probe())).toMatchObject({ ok: true, folder });
    },
  );

  it("says that a Klipper without [virtual_sdcard] cannot print files", async () => {
    await klipper({ klipper: { socket, folder, configuredFolder: null } });
    const found = await probe();
    expect(found).toMatchObject({ ok: false, reason: "no_virtual_sdcard" });
    expect(found.ok ? "" : found.message).toContain("[virtual_sdcard]");
    // A folder that somebody gave does not help.
    expect(await probe(folder)).toMatchObject({ ok: false, reason: "no_virtual_sdcard" });
  });

  it("sees that it is not Klipper that answers", async () => {
    const server = createServer((client) =>
      client.on("error", () => {}).on("data", () => client.write('{"id":1,"result":{}}\x03')),
    );
    server.listen(socket);
    await once(server, "listening");
    undo.push(async () => server.close());
    expect(await probe()).toMatchObject({ ok: false, reason: "not_klipper" });
  });

  it("says that the folder is not proved while Klipper is not ready", async () => {
    const printer = await klipper();
    printer.klippy.shutdown("MCU shutdown");
    const found = await probe();
    expect(found).toMatchObject({ ok: true, klippy_state: "shutdown" });
    expect(found.ok ? found.notice : "").toMatch(/not ready/);
  });

  it("does not wait for a printer that is busy, and says so", async () => {
    const printer = await klipper({ speed: 1 });
    const busy = printer.klippy.runScript("G4 P60000\nM400").catch(() => undefined);
    const found = await probe();
    expect(found.ok ? found.notice : "").toMatch(/busy/);
    expect(await readdir(folder)).toEqual([]);
    printer.klippy.shutdown("enough");
    await busy;
  });
});
