import type { PrinterObjects } from "#shared/util/mergeStatus.ts";
import type { KlippyEvent } from "../klippy/klippy.ts";
import { Database } from "./database.ts";
import { fileItem, type StoredFile } from "./fileStore.ts";
import { JobQueue } from "./jobQueue.ts";
import { JobState } from "./jobState.ts";
import type { MoonrakerInside } from "./moonrakerInside.ts";
import type { MoonrakerOptions } from "./moonrakerOptions.ts";
import { selectDelta, type Selection, statusDelta } from "./statusFeed.ts";

/** A connected client, as far as the server's inside needs to know it. */
export interface Session {
  readonly id: number;
  /** null = not subscribed. */
  subscription: Selection | null;
  isAuthorized: boolean;
  /** Once per connection; throws the second time. */
  identify(client: string): void;
  notify(frame: string): void;
  close(code: number, reason: string): void;
}

interface Response {
  readonly message: string;
  readonly time: number;
  readonly type: "command" | "response";
}

/** Lines of g-code output kept, as Moonraker's data store does. */
const STORED_RESPONSES = 1000;

/** One run of a Moonraker server. Files, history and database outlive it, the queue does not. */
export class Moonraker implements MoonrakerInside {
  readonly options: MoonrakerOptions;
  readonly sessions = new Set<Session>();
  readonly database: Database;
  readonly queue: JobQueue;
  readonly gcodeStore: Response[] = [];
  readonly jobState: JobState;
  /** Klipper's own methods exist only after it has been connected once. */
  hasSeenKlippy = false;
  #objects: PrinterObjects = {};
  #waiting: ((objects: PrinterObjects) => void)[] = [];
  #nextStart: (() => void) | null = null;

  constructor(options: MoonrakerOptions, database: Database) {
    this.options = options;
    this.database = database;
    this.jobState = new JobState(options, (action, job) =>
      this.notify("notify_history_changed", [{ action, job }]),
    );
    // A job still open was cut off while no server was there to see its end.
    this.options.history.interrupt(this.time);
    this.queue = new JobQueue(this);
    this.hasSeenKlippy = options.klippy.state !== "disconnected";
    this.#objects = options.klippy.objects();
    this.jobState.connect(this.#objects);
  }

  /** Unix seconds. */
  get time(): number {
    return this.options.clock.now() / 1000;
  }

  /** Sends a notification to every client. */
  notify(method: string, params?: readonly unknown[]): void {
    if (this.sessions.size === 0) return;
    const frame = JSON.stringify({ jsonrpc: "2.0", method, params });
    for (const session of this.sessions) if (session.isAuthorized) session.notify(frame);
  }

  /** The full status at Klipper's next tick: queries are answered there. */
  nextStatus(): Promise<PrinterObjects> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Klipper's status tick. */
  tick(): void {
    const { klippy } = this.options;
    if (klippy.state !== "disconnected") {
      const objects = klippy.objects();
      const delta = statusDelta(this.#objects, objects);
      this.#objects = objects;
      this.#push(delta);
      const print = delta["print_stats"];
      if (print !== undefined) this.#jobChanged(objects);
    }
    for (const resolve of this.#waiting.splice(0)) resolve(this.#objects);
  }

  /** What Klipper tells on its own. */
  receive(event: KlippyEvent): void {
    switch (event.kind) {
      case "response":
        return this.#respond(event.text);
      case "remote_method":
        return this.queue.callRemote(event.name);
      case "print":
        return undefined;
      case "ready":
        this.hasSeenKlippy = true;
        this.#objects = this.options.klippy.objects();
        this.jobState.connect(this.#objects);
        this.queue.klippyReady();
        return this.notify("notify_klippy_ready");
      case "shutdown": {
        const webhooks = this.options.klippy.objects()["webhooks"] ?? {};
        this.#objects = { ...this.#objects, webhooks };
        this.#push({ webhooks });
        this.notify("notify_klippy_shutdown");
        this.jobState.end("klippy_shutdown");
        return this.queue.stopLoading();
      }
      case "disconnected":
        this.#objects = {};
        for (const session of this.sessions) session.subscription = null;
        this.notify("notify_klippy_disconnected");
        return this.jobState.end("klippy_disconnect");
    }
  }

  /** The server goes down; its sockets with it. */
  shutDown(): void {
    this.jobState.end("server_exit");
    this.queue.dispose();
    for (const session of this.sessions) session.close(1001, "Server Shutdown");
  }

  /** Gone without a word. */
  dispose(): void {
    this.queue.dispose();
    this.sessions.clear();
  }

  filesChanged(action: string, file: StoredFile): void {
    this.notify("notify_filelist_changed", [{ action, item: fileItem(file) }]);
  }

  /** Once the present print has ended, this runs: the machine that starts everything twice. */
  afterPrint(again: () => void): void {
    this.#nextStart = again;
  }

  #jobChanged(objects: PrinterObjects): void {
    const ended = this.jobState.update(objects);
    if (ended === null) return;
    const again = this.#nextStart;
    this.#nextStart = null;
    if (again !== null) again();
    this.queue.jobEnded(ended);
  }

  #respond(message: string): void {
    this.gcodeStore.push({ message, time: this.time, type: "response" });
    if (this.gcodeStore.length > STORED_RESPONSES) this.gcodeStore.shift();
    this.notify("notify_gcode_response", [message]);
  }

  #push(delta: PrinterObjects): void {
    const built = new Map<Selection, string | null>();
    for (const session of this.sessions) {
      const { subscription } = session;
      if (subscription === null) continue;
      let frame = built.get(subscription);
      if (frame === undefined) {
        const chosen = selectDelta(delta, subscription);
        const params = [chosen, this.options.klippy.time];
        frame =
          chosen === null
            ? null
            : JSON.stringify({ jsonrpc: "2.0", method: "notify_status_update", params });
        built.set(subscription, frame);
      }
      if (frame !== null) session.notify(frame);
    }
  }
}
