import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { TimeScale } from "#shared/util/clock.ts";
import * as z from "zod";

const MAIN = fileURLToPath(new URL("soakHostMain.ts", import.meta.url));

const Measured = z.object({
  kind: z.literal("measured"),
  /** Bytes, after a collection. */
  rss: z.number(),
  heap: z.number(),
  timers: z.number(),
  /** What keeps the process alive besides timers: sockets, watchers, requests. */
  handles: z.number(),
  /** Milliseconds the event loop was late since the last measurement, the collections left out. */
  loop: z.object({ p99: z.number(), max: z.number() }),
});
const SoakMessage = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("ready"), url: z.string() }),
  Measured,
]);
export type SoakMessage = z.output<typeof SoakMessage>;
export type Measured = z.output<typeof Measured>;

/** The host under test, a process of its own. */
export class SoakHost {
  readonly url: string;
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.#exited = once(child, "exit");
    this.url = url;
    this.pid = child.pid ?? 0;
  }

  static async start(folder: string, logs: string, time: TimeScale): Promise<SoakHost> {
    const child = fork(MAIN, [folder, logs, `${time.factor}`, `${time.origin}`], {
      execArgv: ["--expose-gc"],
    });
    const message = await heard(child);
    if (message.kind !== "ready") throw new Error("The host measured before it was ready");
    return new SoakHost(child, message.url);
  }

  get isDead(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async measure(): Promise<Measured> {
    this.#child.send("measure");
    const message = await heard(this.#child);
    if (message.kind !== "measured") throw new Error("The host got ready twice");
    return message;
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Resolves to the exit code. */
  async stop(): Promise<number | null> {
    await this.#end("SIGTERM");
    return this.#child.exitCode;
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.isDead) return;
    this.#child.kill(signal);
    await this.#exited;
  }
}

async function heard(child: ChildProcess): Promise<SoakMessage> {
  const ended = new AbortController();
  const gone = once(child, "exit", { signal: ended.signal }).then(([code, signal]) => {
    throw new Error(`The host ended by itself (${String(code ?? signal)})`);
  });
  try {
    const [message] = await Promise.race([once(child, "message", { signal: ended.signal }), gone]);
    return SoakMessage.parse(message);
  } finally {
    ended.abort();
    gone.catch(() => {});
  }
}
