import type { ObjectSelection } from "#shared/contract/printer.ts";
import { AppError, RemoteError } from "#shared/rpc/errors.ts";
import type { CallOptions, RpcPeer } from "#shared/rpc/rpcPeer.ts";
import * as z from "zod";
import { InfoAnswer, ObjectListAnswer, StatusAnswer } from "./klipperFrames.ts";

/**
 * Every request that leaves for Klipper is built here, from typed arguments: Klipper shuts the printer down
 * when a handler meets anything it did not expect (observed on Klipper v0.13.0-730).
 */

/** Milliseconds for questions Klipper answers at once or on its next status tick. */
const ANSWER_WITHIN: CallOptions = { timeout: 10_000 };

/** What macros may call, as they would call Moonraker's own queue. */
export const REMOTE_METHODS = ["start_job_queue", "pause_job_queue"] as const;

/** Names that tell Klipper's asynchronous messages apart; they are ours to choose. */
export const OUTPUT = "nextplate_output";
export const STATUS = "nextplate_status";

export async function info(
  peer: RpcPeer,
  clientVersion?: string,
): Promise<z.output<typeof InfoAnswer>> {
  const client = { program: "Nextplate", version: clientVersion };
  const params = clientVersion === undefined ? {} : { client_info: client };
  return InfoAnswer.parse(await ask(peer, "info", params, ANSWER_WITHIN));
}

export async function listObjects(peer: RpcPeer): Promise<readonly string[]> {
  return ObjectListAnswer.parse(await ask(peer, "objects/list", {}, ANSWER_WITHIN)).objects;
}

/** Commands with a help text, by name: Klipper's own and the macros that have a description. */
export async function listCommands(peer: RpcPeer): Promise<Readonly<Record<string, string>>> {
  const help = await ask(peer, "gcode/help", {}, ANSWER_WITHIN);
  return z.record(z.string(), z.string()).parse(help);
}

export async function queryObjects(
  peer: RpcPeer,
  objects: ObjectSelection,
): Promise<z.output<typeof StatusAnswer>> {
  return StatusAnswer.parse(await ask(peer, "objects/query", { objects }, ANSWER_WITHIN));
}

/** A second subscription of one connection replaces the first. */
export async function subscribeObjects(
  peer: RpcPeer,
  objects: ObjectSelection,
): Promise<z.output<typeof StatusAnswer>> {
  const params = { objects, response_template: { method: STATUS } };
  return StatusAnswer.parse(await ask(peer, "objects/subscribe", params, ANSWER_WITHIN));
}

export async function subscribeOutput(peer: RpcPeer): Promise<void> {
  const params = { response_template: { method: OUTPUT } };
  await ask(peer, "gcode/subscribe_output", params, ANSWER_WITHIN);
}

export async function registerRemoteMethod(
  peer: RpcPeer,
  name: (typeof REMOTE_METHODS)[number],
): Promise<void> {
  const params = { remote_method: name, response_template: { method: name } };
  await ask(peer, "register_remote_method", params, ANSWER_WITHIN);
}

/** A start of a file without a name: Klipper looks at the first letter of it, and shuts the printer down. */
const START = /^\s*(?:N\d+\s*)?SDCARD_PRINT_FILE\b/i;
const NAMELESS = /\sFILENAME=(?=[\s;#]|$)|\s(["'])FILENAME=\1(?=[\s;#]|$)/i;

function startsNameless(line: string): boolean {
  return START.test(line) && NAMELESS.test(line.replaceAll(/""|''/g, ""));
}

/**
 * Answers when the script has run, which may take hours; `timeout` in milliseconds where that is too long.
 * What a script says is its sender's business, but for the one line that would break Klipper itself.
 */
export async function runScript(peer: RpcPeer, script: string, timeout?: number): Promise<void> {
  if (script.split("\n").some(startsNameless)) throw new RemoteError(400, "Unable to open file");
  await ask(peer, "gcode/script", { script }, timeout === undefined ? {} : { timeout });
}

// No deadlines: they wait for the g-code line in progress, which may heat for minutes.
export async function pauseResume(
  peer: RpcPeer,
  action: "pause" | "resume" | "cancel",
): Promise<void> {
  await ask(peer, `pause_resume/${action}`, {}, {});
}

/**
 * Works in every state of Klippy, unlike a script; the connection closes behind the answer. No deadline: it
 * waits for the g-code in progress, and what has been asked for will be done.
 */
export async function restart(peer: RpcPeer, kind: "restart" | "firmware_restart"): Promise<void> {
  await ask(peer, `gcode/${kind}`, {}, {});
}

export async function emergencyStop(peer: RpcPeer, timeout: number): Promise<void> {
  await ask(peer, "emergency_stop", {}, { timeout });
}

/**
 * The script that prints a file. The quotes keep spaces and `;` together, and Klipper's shell-like reader
 * knows `\"` and `\\` in them; nothing can stand for a line break, which would begin another command.
 */
export function printScript(path: string): string {
  if (!path.endsWith(".gcode") || /\p{Cc}/u.test(path)) {
    throw new AppError("bad_request", `Klipper cannot open a file named ${JSON.stringify(path)}`);
  }
  return `SDCARD_PRINT_FILE FILENAME="${path.replaceAll(/["\\]/g, (char) => `\\${char}`)}"`;
}

/** One request. What Klipper refuses has no number; Moonraker passes such a refusal on as 400. */
async function ask(
  peer: RpcPeer,
  method: string,
  params: object,
  options: CallOptions,
): Promise<unknown> {
  try {
    return await peer.call(method, wellFormed(params), options);
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    throw new RemoteError(400, error.message, error.data);
  }
}

/** Half of a surrogate pair cannot be written to Klipper's log, and the attempt would shut it down. */
function wellFormed(value: unknown): object {
  const clean = (part: unknown): unknown => {
    if (typeof part === "string") return part.replaceAll(/\p{Surrogate}/gu, "\uFFFD");
    if (Array.isArray(part)) return part.map(clean);
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, v]) => [clean(key), clean(v)]));
  };
  const cleaned = clean(value);
  return typeof cleaned === "object" && cleaned !== null ? cleaned : {};
}
