import { randomBytes } from "node:crypto";
import { access, constants, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestedPrinter } from "#shared/contract/farm.ts";
import { AppError, messageOf } from "#shared/rpc/errors.ts";
import { RpcPeer } from "#shared/rpc/rpcPeer.ts";
import type { Clock } from "#shared/util/clock.ts";
import { DialError, timedOut } from "./dialError.ts";
import { configuredFolder, klipperAddress, klipperFolder } from "./klipperAddress.ts";
import { isMissing, systemCode } from "./klipperFileErrors.ts";
import { cardPath, readOutputNotice } from "./klipperFrames.ts";
import { NOT_KLIPPER } from "./klipperProtocol.ts";
import { info, OUTPUT, queryObjects, runScript, subscribeOutput } from "./klipperRequests.ts";
import { openKlipperSocket } from "./klipperSocket.ts";

/** Milliseconds for the whole test, and for the listing that waits behind the g-code in progress. */
const DEADLINE = 8_000;
const LISTING_WITHIN = 4_000;
/** Klipper's answer to M20, a line per file of the folder itself: "name.gcode 123". */
const END_OF_LISTING = "End file list";

type Failure = Extract<TestedPrinter, { ok: false }>["reason"];

/** What is wrong, with the sentence that says what to do. */
class ProbeFailure extends Error {
  readonly reason: Failure;

  constructor(reason: Failure, message: string) {
    super(message);
    this.reason = reason;
  }
}

/**
 * Looks whether Klipper answers at a socket and whether prints can be put where it reads them, without
 * adding anything. Never rejects, never starts a print: the folder is proved by a file of ours in it that
 * Klipper lists, and which is removed again.
 */
export async function testKlipper(
  address: string,
  folder: string | null,
  clock: Clock,
): Promise<TestedPrinter> {
  let socket: string;
  let given: string | null;
  try {
    socket = klipperAddress(address);
    given = klipperFolder(folder);
  } catch (error) {
    return { ok: false, reason: "bad_address", message: messageOf(error) };
  }
  const signal = AbortSignal.timeout(DEADLINE);
  let peer: RpcPeer | undefined;
  try {
    peer = new RpcPeer(await openKlipperSocket(socket, { clock, signal }), clock);
    const giveUp = peer;
    signal.addEventListener("abort", () => giveUp.dispose(), { once: true });
    return await testPeer(peer, given);
  } catch (error) {
    if (signal.aborted) return failed("timeout", timedOut(socket).message);
    if (error instanceof DialError) return failed(reasonOf(error), error.message);
    if (error instanceof ProbeFailure) return failed(error.reason, error.message);
    if (error instanceof AppError && error.code === "timeout") {
      return failed("not_klipper", NOT_KLIPPER);
    }
    return failed("unreachable", messageOf(error));
  } finally {
    peer?.dispose();
  }
}

async function testPeer(peer: RpcPeer, given: string | null): Promise<TestedPrinter> {
  const about = await info(peer).catch((error: unknown) => {
    if (error instanceof AppError && error.code === "unavailable") throw error;
    throw new ProbeFailure("not_klipper", NOT_KLIPPER);
  });
  const found = {
    ok: true as const,
    name: about.hostname,
    klippy_state: about.state,
    moonraker_version: "",
    hostname: about.hostname,
  };
  const { status } = await queryObjects(peer, { configfile: ["config"] }).catch(() => ({
    status: {},
  }));
  const configured = cardPath(status);
  const folder = given ?? (configured === undefined ? null : configuredFolder(configured));
  if (about.state !== "ready") {
    if (folder !== null) await withProbeFile(folder, () => Promise.resolve());
    const notice = `Klipper is not ready (${about.state}), so it could not be tested whether it reads the folder.`;
    return { ...found, folder, notice };
  }
  if (configured !== undefined && folder === null) {
    throw new ProbeFailure("no_folder", missing(configured));
  }
  if (configured === undefined || folder === null) {
    throw new ProbeFailure(
      "no_virtual_sdcard",
      "Klipper has no [virtual_sdcard] section in its configuration, so it cannot print files. Add one with the path of a folder, and restart Klipper",
    );
  }
  const notice = await proveFolder(peer, folder, configured);
  return { ...found, folder, notice };
}

/**
 * Puts a file of comments into the folder for as long as `look` takes. M20 lists the files of the folder
 * itself and not of those in it, so the file lies there for a moment.
 */
async function withProbeFile<T>(folder: string, look: (name: string) => Promise<T>): Promise<T> {
  const name = `nextplate-probe-${randomBytes(6).toString("hex")}.gcode`;
  const path = join(folder, name);
  try {
    if (!(await stat(folder)).isDirectory()) throw new ProbeFailure("no_folder", missing(folder));
    await writeFile(path, "; Nextplate looks whether Klipper reads this folder\n", { flag: "wx" });
    // Ours from an earlier time, perhaps made by another user.
    await access(join(folder, "nextplate"), constants.W_OK).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
    return await look(name);
  } catch (error) {
    throw asFolderFailure(error, folder);
  } finally {
    await rm(path, { force: true }).catch(() => {});
  }
}

/** Resolves to what could not be tested; null when the folder is proved to be Klipper's. */
function proveFolder(peer: RpcPeer, folder: string, configured: string): Promise<string | null> {
  return withProbeFile(folder, async (name) => {
    const listed = await listCard(peer);
    if (listed === null) {
      return "Klipper is busy, so it could not be tested whether it reads the folder. Test again later.";
    }
    if (listed.some((line) => line.toLowerCase().startsWith(name))) return null;
    throw new ProbeFailure(
      "wrong_folder",
      `Klipper does not see files put into ${folder}. Its own folder is ${configured}: give the path ` +
        "where that folder is mounted on this computer",
    );
  });
}

/** The lines of M20; null when Klipper does not get to it in time. */
async function listCard(peer: RpcPeer): Promise<readonly string[] | null> {
  const lines: string[] = [];
  const listening = peer.onDidNotify(({ method, params }) => {
    if (method !== OUTPUT) return;
    for (const notice of readOutputNotice(method, params[0])) {
      if (notice.kind === "gcode") lines.push(...notice.line.split("\n"));
    }
  });
  try {
    await subscribeOutput(peer);
    await runScript(peer, "M20", LISTING_WITHIN);
    return lines.some((line) => line.includes(END_OF_LISTING)) ? lines : null;
  } catch (error) {
    if (error instanceof AppError && error.code === "timeout") return null;
    throw error;
  } finally {
    listening.dispose();
  }
}

function asFolderFailure(error: unknown, folder: string): unknown {
  if (error instanceof ProbeFailure || error instanceof AppError) return error;
  if (isMissing(error)) return new ProbeFailure("no_folder", missing(folder));
  if (systemCode(error) === "") return error;
  return new ProbeFailure(
    "folder_not_writable",
    `This user may not write to ${folder} (${systemCode(error)}). Give it the right to, for example ` +
      "through the group of Klipper's user",
  );
}

function missing(folder: string): string {
  return `There is no folder ${folder} on this computer. Give the path where Klipper's folder is mounted here`;
}

function reasonOf({ failure }: DialError): Failure {
  return failure === "not_moonraker" ? "not_klipper" : failure;
}

function failed(reason: Failure, message: string): TestedPrinter {
  return { ok: false, reason, message };
}
