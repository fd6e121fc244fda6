import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { AppError, RemoteError } from "#shared/rpc/errors.ts";
import type {
  HistoryEntry,
  LinkState,
  PrinterLink,
  PrinterSession,
  StatusChange,
} from "../../electron/host/link/printerLink.ts";
import { until } from "../support/until.ts";
import { linkTable, promisesIn } from "./linkTable.ts";
import type { LinkFixture, LinkUnderTest } from "./linkUnderTest.ts";

const PATIENT = { timeout: 10_000, interval: 10 };
const SHORT = "G28\nG1 X10 Y10 F6000\nG1 X20 Y20 E1 F6000\nM400\n";
const LONG = `G28\n${"G1 X10 Y10 F600\nG1 X200 Y200 E1 F600\n".repeat(200)}`;

/**
 * What every kind of link promises (see the port's comments). Run it with a factory for each kind.
 */
export function describePrinterLink(
  kind: string,
  make: (fixture: LinkFixture) => Promise<LinkUnderTest>,
): void {
  describe(`a printer link over ${kind}`, () => {
    const undo: (() => Promise<unknown>)[] = [];
    const promises = new Map<string, boolean>();
    afterEach(({ task }) => void promises.set(task.name, task.result?.state !== "fail"));
    afterAll(() => void process.stdout.write(linkTable(kind, promises)));
    afterEach(async () => {
      for (const step of undo.splice(0).reverse()) await step();
    });

    const open = async (fixture: LinkFixture = {}): Promise<LinkUnderTest> => {
      const made = await make({ speed: 20, ...fixture });
      undo.push(() => made.dispose());
      return made;
    };
    const openReady = async (fixture: LinkFixture = {}): Promise<LinkUnderTest> => {
      const made = await open(fixture);
      made.link.start();
      await sessionOf(made.link);
      return made;
    };
    const localFile = async (content: string | Buffer): Promise<string> => {
      const folder = await mkdtemp(join(tmpdir(), "nextplate-link-"));
      undo.push(() => rm(folder, { recursive: true }));
      const path = join(folder, "part.gcode");
      await writeFile(path, content);
      return path;
    };

    it("does nothing until it is started, then reports a session with the full status", async () => {
      const { link } = await open();
      expect(link.state.kind).toBe("connecting");
      expect(link.status()).toEqual({});
      link.start();
      const session = await sessionOf(link);
      expect(session.objects).toContain("print_stats");
      expect(session.klippyProcess).not.toBe("");
      expect(link.status()["print_stats"]).toMatchObject({ state: "standby", filename: "" });
      expect(link.status()["extruder"]).toHaveProperty("target", 0);
    });

    it("announces the session only when its status can be read", async () => {
      const { link } = await open();
      const seen: unknown[] = [];
      link.onDidChangeState((state) => {
        if (state.kind === "connected" && state.session !== null) {
          seen.push(link.status()["webhooks"]?.["state"]);
        }
      });
      link.start();
      await sessionOf(link);
      expect(seen).toEqual(["ready"]);
    });

    it("keeps the process's name and gets a new epoch when only the connection broke", async () => {
      const { link, printer } = await openReady();
      const before = await sessionOf(link);
      printer.cutConnection();
      const after = await sessionOf(link, (session) => session.epoch > before.epoch);
      expect(after.klippyProcess).toBe(before.klippyProcess);
    });

    it("says why it is unreachable, and connects when the printer is back", async () => {
      const { link, printer } = await openReady();
      const before = await sessionOf(link);
      await printer.refuseConnections();
      await until(() => link.state.kind === "unreachable");
      const { state } = link;
      if (state.kind !== "unreachable") throw new Error("not unreachable");
      expect(state.reason).not.toBe("");
      expect(state.lastSeen).not.toBeNull();
      expect(link.status()).toEqual({});
      await printer.acceptConnections();
      link.reconnectNow();
      await sessionOf(link, (session) => session.epoch > before.epoch);
    });

    it("gives a restarted Klippy a new name and discards what it knew", async () => {
      const { link, printer } = await openReady();
      const before = await sessionOf(link);
      const states: LinkState[] = [];
      link.onDidChangeState((state) => states.push(state));
      printer.restartKlippy();
      const after = await sessionOf(link, (session) => session !== before);
      expect(after.klippyProcess).not.toBe(before.klippyProcess);
      expect(states.some((s) => s.kind === "connected" && s.session === null)).toBe(true);
    });

    it("gives another process of Klippy another name", async () => {
      const { link, printer } = await openReady();
      const before = await sessionOf(link);
      printer.killKlippy();
      const after = await sessionOf(link, (s) => s.klippyProcess !== before.klippyProcess);
      expect(after.klippyProcess).not.toBe(before.klippyProcess);
    });

    it("merges updates per field and announces only what changed", async () => {
      const { link } = await openReady();
      const changes: StatusChange[] = [];
      link.onDidChangeStatus((change) => changes.push(change));
      await link.runGcode("M104 S60");
      await until(() => link.status()["extruder"]?.["target"] === 60);
      expect(link.status()["extruder"]).toHaveProperty("temperature");
      expect(link.status()["print_stats"]).toHaveProperty("state", "standby");
      const update = changes.find((change) => change.delta["extruder"]?.["target"] === 60);
      expect(update?.delta["print_stats"]).toBeUndefined();
      expect(update?.status["print_stats"]).toBeDefined();
    });

    it("passes the printer's output on, line by line", async () => {
      const { link } = await openReady();
      const lines: string[] = [];
      link.onDidReceiveGcode((line) => lines.push(line));
      await link.runGcode("NO_SUCH_COMMAND");
      await expect.poll(() => lines.join("\n"), PATIENT).toContain("NO_SUCH_COMMAND");
    });

    it("prints a file once, and tells of it by its output and status", async () => {
      const { link, printer } = await openReady({ gcodes: { "short.gcode": SHORT } });
      const lines: string[] = [];
      link.onDidReceiveGcode((line) => lines.push(line));
      await link.startPrint("short.gcode");
      await until(() => link.status()["print_stats"]?.["state"] === "complete");
      expect(link.status()["print_stats"]).toMatchObject({ filename: "short.gcode" });
      expect(lines).toEqual([
        expect.stringMatching(/^File opened:short\.gcode Size:\d+$/),
        "File selected",
        "Done printing file",
      ]);
      expect(printer.record().filter(({ event }) => event === "started")).toHaveLength(1);
    });

    it("tells of a print shorter than a status tick by its output, each time", async () => {
      const { link } = await openReady({ gcodes: { "tiny.gcode": "M117 hello\n" } });
      const lines: string[] = [];
      link.onDidReceiveGcode((line) => lines.push(line));
      await link.startPrint("tiny.gcode");
      await link.barrier();
      const ended = (): number => lines.filter((line) => line === "Done printing file").length;
      await expect.poll(ended, PATIENT).toBe(1);
      await link.startPrint("tiny.gcode");
      await expect.poll(ended, PATIENT).toBe(2);
    });

    it("tells of prints by history where the printer keeps one, and says where it does not", async () => {
      const { link } = await openReady({ gcodes: { "short.gcode": SHORT } });
      const { keepsHistory } = await sessionOf(link);
      const entries: HistoryEntry[] = [];
      link.onDidChangeHistory((entry) => entries.push(entry));
      await link.startPrint("short.gcode");
      await until(() => link.status()["print_stats"]?.["state"] === "complete");
      if (keepsHistory) await until(() => entries.some((entry) => entry.status === "completed"));
      const [newest] = await link.history(5);
      expect(newest?.status).toBe(keepsHistory ? "completed" : undefined);
      expect(entries.at(-1)?.jobId).toBe(newest?.jobId);
    });

    it("rejects with the printer's own error when a start is refused", async () => {
      const { link } = await openReady();
      await expect(link.startPrint("no-such-file.gcode")).rejects.toBeInstanceOf(RemoteError);
    });

    it("answers a barrier only after the scripts sent before it", async () => {
      const { link } = await openReady();
      const order: string[] = [];
      const script = link.runGcode("G4 P4000").then(() => order.push("script"));
      const barrier = link.barrier().then(() => order.push("barrier"));
      await Promise.all([script, barrier]);
      expect(order).toEqual(["script", "barrier"]);
    });

    it("pauses, resumes and cancels", async () => {
      const { link } = await openReady({ gcodes: { "long.gcode": LONG } });
      const printState = (): unknown => link.status()["print_stats"]?.["state"];
      await link.startPrint("long.gcode");
      await expect.poll(printState, PATIENT).toBe("printing");
      await link.pausePrint();
      await expect.poll(printState, PATIENT).toBe("paused");
      await link.resumePrint();
      await expect.poll(printState, PATIENT).toBe("printing");
      await link.cancelPrint();
      await expect.poll(printState, PATIENT).toBe("cancelled");
    });

    it("rejects what is pending when the connection closes, and never throws at once", async () => {
      const { link, printer } = await openReady();
      const pending = link.runGcode("G4 P600000");
      const outcome = pending.then(
        () => "answered",
        (error: unknown) => (error instanceof AppError ? error.code : "odd"),
      );
      printer.cutConnection();
      expect(await outcome).toBe("unavailable");
      await printer.refuseConnections();
      await until(() => link.state.kind === "unreachable");
      await expect(link.startPrint("x.gcode")).rejects.toMatchObject({ code: "unavailable" });
    });

    it("uploads, finds and reads back the very bytes", async () => {
      const { link } = await openReady();
      const bytes = Buffer.alloc(700_000, "G1 X1 ; ünïcode\n");
      const local = await localFile(bytes);
      const progress: number[] = [];
      const path = 'nextplate/0011aabb/a "b" ünï 100%.gcode'.replaceAll('"', "'");
      const { signal } = new AbortController();
      const onProgress = (sent: number): void => void progress.push(sent);
      await link.uploadFile(local, path, { signal, onProgress });
      expect(progress.at(-1)).toBe(bytes.length);
      expect(progress).toEqual(progress.toSorted((a, b) => a - b));
      expect(await link.statFile(path)).toMatchObject({ path, size: bytes.length });
      expect(await link.hashFile(path, signal)).toEqual({
        sha256: createHash("sha256").update(bytes).digest("hex"),
        size: bytes.length,
      });
    });

    it("lists a folder, opens a file of it, and deletes it with the folder it leaves empty", async () => {
      const { link } = await openReady();
      const { signal } = new AbortController();
      const bytes = Buffer.from("G1 X1\n".repeat(50));
      const path = "nextplate/0011aabb/listed.gcode";
      await link.uploadFile(await localFile(bytes), path, { signal, onProgress: () => {} });
      const listed = await link.listFolder("nextplate/0011aabb");
      expect(listed?.files).toMatchObject([{ path, size: bytes.length }]);
      expect((await link.listFolder("nextplate"))?.folders).toEqual(["0011aabb"]);
      const chunks: Buffer[] = [];
      for await (const chunk of await link.openFile(path, signal)) chunks.push(Buffer.from(chunk));
      expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
      await link.deleteFile(path);
      await link.deleteFile(path);
      expect(await link.listFolder("nextplate/0011aabb")).toBeNull();
      await expect(link.openFile(path, signal)).rejects.toMatchObject({ code: "not_found" });
    });

    it("hands every byte of a transfer to the pace first, and ends with it", async () => {
      const { link } = await openReady();
      const { signal } = new AbortController();
      const local = await localFile(Buffer.alloc(900_000, "G1 X1\n"));
      const path = "nextplate/0011aabb/paced.gcode";
      let paced = 0;
      const pace = (count: number): Promise<void> => Promise.resolve(void (paced += count));
      await link.uploadFile(local, path, { signal, onProgress: () => {}, pace });
      expect(paced).toBe(900_000);
      await link.hashFile(path, signal, pace);
      expect(paced).toBe(1_800_000);
      await link.deleteFile(path);
      const refuse = (): Promise<void> => Promise.reject(new AppError("unavailable", "enough"));
      const upload = link.uploadFile(local, path, { signal, onProgress: () => {}, pace: refuse });
      await expect(upload).rejects.toBeInstanceOf(AppError);
      expect(await link.statFile(path)).toBeNull();
    });

    it("tells the free bytes of the disk, or that it cannot", async () => {
      const { link } = await openReady();
      const free = await link.freeSpace();
      expect(free === null || free > 0).toBe(true);
    });

    it("keeps notes for whoever reads them next, until they are removed", async () => {
      const { link } = await openReady();
      expect(await link.readNote("lease")).toBeUndefined();
      await link.writeNote("lease", { host: "DESK-2", count: 1 });
      await link.writeNote("lease", { host: "DESK-2", count: 2 });
      expect(await link.readNote("lease")).toEqual({ host: "DESK-2", count: 2 });
      await link.writeNote("lease", null);
      await link.writeNote("lease", null);
      expect(await link.readNote("lease")).toBeUndefined();
    });

    it("knows no file where there is none", async () => {
      const { link } = await openReady();
      expect(await link.statFile("nextplate/00000000/none.gcode")).toBeNull();
      expect(await link.statFile("none.gcode")).toBeNull();
    });

    it("gives a transfer up when told, and stores nothing", async () => {
      const { link } = await openReady();
      const local = await localFile(Buffer.alloc(20_000_000, "G1 X1\n"));
      const abort = new AbortController();
      const upload = link.uploadFile(local, "nextplate/0011aabb/big.gcode", {
        signal: abort.signal,
        onProgress: (sent) => sent > 1_000_000 && abort.abort(),
      });
      await expect(upload).rejects.toMatchObject({ code: "unavailable" });
      expect(await link.statFile("nextplate/0011aabb/big.gcode")).toBeNull();
    });

    it("names the machine the same way each time", async () => {
      const { link } = await openReady();
      const key = await link.machineKey();
      expect(key).not.toBe("");
      expect(await link.machineKey()).toBe(key);
    });

    it("stops the machine over the open link", async () => {
      const { link, printer } = await openReady();
      await link.emergencyStop();
      expect(printer.record().map(({ event }) => event)).toContain("shutdown");
      await until(() => link.state.kind === "connected" && link.state.klippy === "shutdown");
    });

    it("stops the machine on a fresh connection when there is no link", async () => {
      const { link, printer } = await open();
      await link.emergencyStop();
      expect(printer.record().map(({ event }) => event)).toContain("shutdown");
    });

    it("says within two seconds that an emergency stop could not be sent", async () => {
      const { link, printer } = await openReady();
      await printer.refuseConnections();
      await until(() => link.state.kind === "unreachable");
      const began = performance.now();
      await expect(link.emergencyStop()).rejects.toMatchObject({ code: "unavailable" });
      expect(performance.now() - began).toBeLessThan(2_000);
    });

    it("stops in every state, twice too, and says nothing afterwards", async () => {
      const { link } = await open();
      await link.stop();
      link.start();
      await link.stop();
      link.start();
      await sessionOf(link);
      const later: unknown[] = [];
      await link.stop();
      link.onDidChangeState((state) => later.push(state));
      link.onDidChangeStatus((change) => later.push(change));
      await link.stop();
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(later).toEqual([]);
      expect(link.status()).toEqual({});
    });

    it("promises what docs/klipper-socket.md has in its table", async () => {
      const page = await readFile("docs/klipper-socket.md", "utf8");
      expect([...promises.keys()]).toEqual(promisesIn(page));
    });
  });
}

/** The session of a connected, ready link; waits for it. */
export async function sessionOf(
  link: PrinterLink,
  fits: (session: PrinterSession) => boolean = () => true,
): Promise<PrinterSession> {
  const present = (): PrinterSession | null =>
    link.state.kind === "connected" ? link.state.session : null;
  return until(() => {
    const session = present();
    return session !== null && fits(session) ? session : undefined;
  });
}
