import type { Socket } from "node:net";
import { messageOf } from "#shared/rpc/errors.ts";
import { type Clock, sleep } from "#shared/util/clock.ts";
import { drop } from "#shared/util/drop.ts";
import type { FaultSwitches } from "./faults.ts";
import { GcodeError } from "./klippy/gcodeLine.ts";
import {
  callKlippy,
  type KlippyClient,
  type KlippyInside,
  WebRequestError,
} from "./klippySocketApi.ts";
import type { Arguments } from "./moonraker/arguments.ts";
import type { Selection } from "./moonraker/statusFeed.ts";

const FRAME_END = "\x03";
/** Milliseconds after which a client that does not read is closed (observed on Klipper v0.13.0-730). */
const READS_WITHIN = 5_000;

interface Request {
  /** null = no answer, also none for errors. */
  readonly id: unknown;
  readonly method: string;
  readonly params: Arguments;
}

/** One connection to Klipper's API server. */
export class KlippySocketClient implements KlippyClient {
  status: { readonly template: Arguments; readonly selection: Selection } | null = null;
  output: Arguments | null = null;
  readonly remoteMethods = new Map<string, Arguments>();
  readonly #socket: Socket;
  readonly #server: KlippyInside;
  readonly #faults: FaultSwitches;
  readonly #clock: Clock;
  #rest = "";
  #blockedSince: number | null = null;
  #stalled: string[] | null = null;

  constructor(socket: Socket, server: KlippyInside, faults: FaultSwitches, clock: Clock) {
    this.#socket = socket;
    this.#server = server;
    this.#faults = faults;
    this.#clock = clock;
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => this.#read(chunk));
    socket.on("drain", () => (this.#blockedSince = null));
  }

  /** Sends an asynchronous message: the client's own template with `params` added. */
  tell(template: Arguments, params: object): void {
    this.#send(JSON.stringify({ ...template, params }));
    if (this.#faults.duplicateFrames) this.#send(JSON.stringify({ ...template, params }));
  }

  /** A client that has not read for long is cut off. */
  checkReader(): void {
    const { writableNeedDrain } = this.#socket;
    if (!writableNeedDrain) return;
    this.#blockedSince ??= this.#clock.monotonic();
    if (this.#clock.monotonic() - this.#blockedSince >= READS_WITHIN) this.#socket.destroy();
  }

  /** Nothing goes in or out until it is lifted; what was sent meanwhile arrives then. */
  stall(stalled: boolean): void {
    if (stalled) {
      this.#stalled ??= [];
      this.#socket.pause();
      return;
    }
    const waiting = this.#stalled ?? [];
    this.#stalled = null;
    for (const frame of waiting) this.#send(frame);
    this.#socket.resume();
  }

  #read(chunk: string): void {
    const frames = (this.#rest + chunk).split(FRAME_END);
    this.#rest = frames.pop() ?? "";
    for (const frame of frames) {
      const request = parseRequest(frame);
      if (request !== null) drop(this.#answer(request), () => this.#socket.destroy());
    }
  }

  async #answer({ id, method, params }: Request): Promise<void> {
    const isStart = method === "gcode/script" && /SDCARD_PRINT_FILE/.test(String(params["script"]));
    const loses = isStart && this.#faults.ackLost > 0;
    if (loses) this.#faults.ackLost--;
    let answer: object;
    try {
      refuseTornText(params);
      answer = { id, result: await callKlippy(method, params, this, this.#server) };
    } catch (error) {
      answer = { id, error: { error: "WebRequestError", message: messageOf(error) } };
      const isRefusal = error instanceof WebRequestError || error instanceof GcodeError;
      // What breaks a handler shuts the printer down (read in Klipper v0.13.0-730).
      if (!isRefusal) this.#server.klippy.shutdown(`Internal Error on WebRequest: ${method}`);
    }
    if (this.#faults.slowAnswers > 0) await sleep(this.#clock, this.#faults.slowAnswers);
    if (id !== null && id !== undefined && !loses) this.#send(JSON.stringify(answer));
  }

  #send(frame: string): void {
    if (this.#stalled !== null) this.#stalled.push(frame);
    else if (this.#socket.writable) this.#socket.write(frame + FRAME_END);
  }
}

/** What Klipper makes of a frame; null = dropped without a word. */
function parseRequest(frame: string): Request | null {
  let json: unknown;
  try {
    json = JSON.parse(frame);
  } catch {
    return null;
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) return null;
  const request: Arguments = { ...json };
  const { id, method, params = {} } = request;
  if (typeof method !== "string") return null;
  if (typeof params !== "object" || params === null || Array.isArray(params)) return null;
  return { id, method, params: { ...params } };
}

/** Half of a surrogate pair breaks whatever writes it to a log or to another client. */
function refuseTornText(params: Arguments): void {
  const torn = /\p{Surrogate}/u;
  JSON.stringify(params, (key, value: unknown) => {
    if (torn.test(key) || (typeof value === "string" && torn.test(value))) {
      throw new TypeError("'utf-8' codec can't encode character: surrogates not allowed");
    }
    return value;
  });
}
