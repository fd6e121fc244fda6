import { drop } from "#shared/util/drop.ts";
import { type Clock, sleep } from "#shared/util/clock.ts";
import { DisposableStore } from "#shared/util/disposable.ts";
import type { WebSocket } from "ws";
import type { IncomingMessage } from "node:http";
import { Faults } from "./faults.ts";
import { isAllowed, serveHttp } from "./http.ts";
import { GcodeError } from "./klippy/gcodeLine.ts";
import { Klippy, type KlippyEvent } from "./klippy/klippy.ts";
import { KlippySocket } from "./klippySocket.ts";
import { Listener } from "./listener.ts";
import { Database } from "./moonraker/database.ts";
import { FileStore } from "./moonraker/fileStore.ts";
import { History } from "./moonraker/history.ts";
import { Moonraker } from "./moonraker/moonraker.ts";
import { OneshotTokens } from "./moonraker/oneshotTokens.ts";
import { startWithFaults } from "./moonraker/startPrint.ts";
import { seededRandom } from "./random.ts";
import { type RecordEntry, SimulatorRecord } from "./record.ts";
import { Ticker } from "./ticker.ts";
import { WebsocketSession } from "./websocketSession.ts";

export interface SimulatedPrinterOptions {
  readonly name: string;
  /**
   * How many times faster than a real machine it moves, dwells and heats; 1 = real time. Klipper's
   * clock and its durations stay wall time, as on a machine that really is that fast.
   */
  readonly speed: number;
  readonly clock: Clock;
  readonly seed?: number;
  /** 0 or absent = any free port. */
  readonly port?: number;
  /** Path below gcodes to content. */
  readonly gcodes?: Readonly<Record<string, string | Buffer>>;
  /** Macro name to its lines, one command each. */
  readonly macros?: Readonly<Record<string, readonly string[]>>;
  /** Moonraker's automatic_transition. */
  readonly automaticQueue?: boolean;
  /** Moonraker's load_on_startup: its queue starts when Klipper gets ready. */
  readonly loadsOnStartup?: boolean;
  /** Moonraker's queue_gcode_uploads. */
  readonly queuesUploads?: boolean;
  /** Klipper is not connected at the start (the printer's power is off). */
  readonly klippyOff?: boolean;
  /** Name of the power device that feeds Klipper. */
  readonly powerDevice?: string;
  /** Milliseconds between status updates; Klipper's is 250. */
  readonly statusInterval?: number;
  /** Milliseconds a restart of Klipper or Moonraker takes. Default: 2500 divided by the speed, at least 100. */
  readonly restartTime?: number;
  /** Seconds of motion read ahead of the head, at speed 1. Default 1. */
  readonly bufferSeconds?: number;
  /** Largest coordinates in millimetres. */
  readonly size?: readonly [number, number, number];
  readonly record?: SimulatorRecord;
  /** Shared by the printers of one process; brings its own interval. */
  readonly ticker?: Ticker;
  /** Serves Klipper's own API too; absent = only Moonraker's. */
  readonly klipper?: KlipperSide;
}

/** How the machine is reached without Moonraker. */
export interface KlipperSide {
  /** Where its Unix socket is made; null = only a TCP port. */
  readonly socket: string | null;
  /** The folder its g-code lies in, which others write into. */
  readonly folder: string;
  /**
   * Where Klipper says that folder is, for one that is mounted elsewhere; null = its configuration has no
   * [virtual_sdcard]. Default: `folder`.
   */
  readonly configuredFolder?: string | null;
}

const PROC_STATS_INTERVAL = 1000;

function configuredFolder(side: KlipperSide | undefined): string | null {
  if (side === undefined) return "/home/pi/printer_data/gcodes";
  return side.configuredFolder === undefined ? side.folder : side.configuredFolder;
}

/** A printer on 127.0.0.1 that speaks Moonraker's wire and prints g-code, with faults on demand. */
export class SimulatedPrinter {
  readonly name: string;
  readonly record: SimulatorRecord;
  readonly faults: Faults;
  readonly files: FileStore;
  /** Klipper's own API server, where there is one. */
  readonly klippySocket: KlippySocket | null;
  readonly klippy: Klippy;
  readonly #options: SimulatedPrinterOptions;
  readonly #listener: Listener;
  readonly #ticker: Ticker;
  readonly #config = new Map<string, Buffer>();
  readonly #history = new History();
  readonly #database = new Database();
  readonly #tokens = new OneshotTokens();
  readonly #random: () => number;
  readonly #sessions = new Set<WebsocketSession>();
  #running = new DisposableStore();
  #stopping = new AbortController();
  #moonraker: Moonraker | null = null;
  #lastProcStats = 0;
  #nextSession = 1;

  constructor(options: SimulatedPrinterOptions) {
    this.#options = options;
    this.name = options.name;
    this.record = options.record ?? new SimulatorRecord();
    this.files = new FileStore(options.klipper?.folder ?? null);
    this.#random = seededRandom(options.seed ?? 1);
    this.#ticker = options.ticker ?? new Ticker(options.clock, options.statusInterval ?? 250);
    const [x, y, z] = options.size ?? [250, 250, 250];
    const macros = Object.entries(options.macros ?? {});
    this.klippy = new Klippy(
      {
        clock: options.clock,
        speed: options.speed,
        random: this.#random,
        firstProcessId: 1000 + Math.floor(this.#random() * 20_000),
        restartTime: this.#restartTime,
        gcodesPath: configuredFolder(options.klipper),
        bufferSeconds: options.bufferSeconds ?? 1,
        limits: {
          maxVelocity: 300,
          maxAcceleration: 3000,
          minimum: [-5, -5, -2],
          maximum: [x, y, z],
        },
        macros: new Map(macros.map(([name, lines]) => [name.toUpperCase(), lines])),
        openFile: (path) => this.files.open(path)?.bytes ?? null,
        listFiles: () =>
          this.files
            .list()
            .filter(({ path }) => !path.includes("/") && !path.startsWith("."))
            .map(({ path, bytes }) => ({ name: path, size: bytes.length })),
      },
      (event) => {
        this.#note(event);
        this.klippySocket?.receive(event);
        this.#moonraker?.receive(event);
      },
    );
    this.faults = new Faults({
      clock: options.clock,
      klippy: this.klippy,
      network: {
        cut: () => {
          this.#listener.cut();
          this.klippySocket?.cut();
        },
        refuse: () => {
          this.#listener.refuse();
          this.klippySocket?.refuse();
        },
        open: async () => {
          await this.#listener.open();
          await this.klippySocket?.open();
        },
      },
      stallSessions: (stalled) => {
        for (const session of this.#sessions)
          if (stalled) session.stall();
          else session.resume();
        this.klippySocket?.stall(stalled);
      },
      notify: (method, params) => this.#moonraker?.notify(method, params),
      restartMoonraker: () => this.#restartMoonraker(),
      powerOff: () => this.#powerOff(),
      powerOn: () => this.#powerOn(),
    });
    this.klippySocket = options.klipper === undefined ? null : this.#makeSocket(options.klipper);
    this.#listener = new Listener(options.port ?? 0, this.faults.switches, {
      onRequest: (request, response) => {
        const moonraker = this.#moonraker;
        if (moonraker === null) return void response.destroy();
        drop(serveHttp(request, response, moonraker), () => response.destroy());
      },
      onWebsocket: (socket, request) => this.#welcome(socket, request),
    });
    for (const [path, content] of Object.entries(options.gcodes ?? {})) {
      this.files.put(path, Buffer.from(content), options.clock.now() / 1000);
    }
  }

  /** `http://127.0.0.1:<port>`; the port is known once it has been started. */
  get url(): string {
    return `http://127.0.0.1:${this.#listener.port}`;
  }

  /** Switches everything on. Started again after a stop it has the same port, files and history. */
  async start(): Promise<{ readonly url: string }> {
    if (this.#options.klippyOff !== true) this.klippy.start();
    this.#startMoonraker();
    const tick = this.#ticker.add(() => this.#tick());
    this.#running = new DisposableStore();
    this.#stopping = new AbortController();
    this.#running.add(tick);
    await this.#listener.open();
    if (this.klippy.state !== "disconnected") await this.klippySocket?.open();
    return { url: this.url };
  }

  /** Switches everything off; resolves when the port is free. */
  async stop(): Promise<void> {
    this.#running.dispose();
    this.#stopping.abort();
    this.klippy.stop();
    this.#moonraker?.shutDown();
    this.#moonraker = null;
    await this.#listener.close();
    await this.klippySocket?.close();
  }

  get #restartTime(): number {
    const { restartTime, speed } = this.#options;
    return restartTime ?? Math.max(100, 2500 / speed);
  }

  #makeSocket({ socket }: KlipperSide): KlippySocket {
    const { name, clock } = this.#options;
    return new KlippySocket({
      path: socket,
      klippy: this.klippy,
      hostname: name,
      clock,
      faults: this.faults.switches,
      restartTime: this.#restartTime,
      runScript: (script) => this.#runKlippyScript(script),
    });
  }

  /** A script from Klipper's own socket. One that starts a file goes through a start's faults. */
  #runKlippyScript(script: string): Promise<void> {
    const append = this.#append;
    const run = (): Promise<void> => this.klippy.runScript(script);
    const start = /^SDCARD_PRINT_FILE FILENAME="(.*)"$/.exec(script)?.[1];
    if (start === undefined) {
      if (script !== "") append({ event: "script", message: script });
      return run();
    }
    append({ event: "start_requested", path: start.replaceAll(/\\(.)/g, "$1") });
    const ground = {
      faults: this.faults.switches,
      clock: this.#options.clock,
      append,
      afterPrint: (again: () => void) => this.#moonraker?.afterPrint(again),
    };
    return startWithFaults(ground, run, (message) => new GcodeError(message));
  }

  readonly #append = (entry: Omit<RecordEntry, "time" | "printer">): void => {
    this.record.append({ time: this.#options.clock.now(), printer: this.name, ...entry });
  };

  /** What the machine does is noted whether or not a Moonraker runs that could tell of it. */
  #note(event: KlippyEvent): void {
    switch (event.kind) {
      case "print": {
        const { kind, filename: path, message } = event.print;
        const file = this.files.open(path);
        const sha256 = file === undefined ? {} : { sha256: file.sha256 };
        return this.#append({
          event: kind,
          path,
          ...sha256,
          ...(message === "" ? {} : { message }),
        });
      }
      case "shutdown":
        return this.#append({ event: "shutdown", message: event.message });
      case "disconnected":
        return this.#append({ event: "disconnected" });
      case "response":
      case "remote_method":
      case "ready":
        return undefined;
    }
  }

  #startMoonraker(): void {
    const { name, clock, automaticQueue = false } = this.#options;
    this.#moonraker = new Moonraker(
      {
        name,
        clock,
        klippy: this.klippy,
        files: this.files,
        config: this.#config,
        history: this.#history,
        faults: this.faults.switches,
        append: this.#append,
        automaticQueue,
        loadsOnStartup: this.#options.loadsOnStartup ?? false,
        queuesUploads: this.#options.queuesUploads ?? false,
        random: this.#random,
        macAddress: `02:00:00:00:00:${(this.#options.seed ?? 1).toString(16).padStart(2, "0")}`,
        powerDevice: this.#options.powerDevice ?? null,
        tokens: this.#tokens,
        restart: () => drop(this.#restartMoonraker(), () => undefined),
      },
      this.#database,
    );
  }

  /** Moonraker goes down with 1001 and comes back on the same port; Klipper goes on. */
  async #restartMoonraker(): Promise<void> {
    const moonraker = this.#moonraker;
    if (moonraker === null) return;
    const { clock } = this.#options;
    const { signal } = this.#stopping;
    // The answer goes out first, then history, then the sockets close (observed on Moonraker v0.10.0-31).
    await sleep(clock, 1, signal);
    moonraker.jobState.end("server_exit");
    await sleep(clock, 100, signal);
    moonraker.shutDown();
    if (this.#moonraker === moonraker) this.#moonraker = null;
    await sleep(clock, 50, signal);
    await this.#listener.close();
    await sleep(clock, this.#restartTime, signal);
    if (signal.aborted || this.#moonraker !== null) return;
    this.#startMoonraker();
    await this.#listener.open();
  }

  async #powerOff(): Promise<void> {
    this.#moonraker?.dispose();
    this.#moonraker = null;
    await this.#listener.close();
    this.klippy.kill();
  }

  async #powerOn(): Promise<void> {
    if (this.#moonraker !== null) return;
    this.#startMoonraker();
    this.klippy.boot();
    await this.#listener.open();
  }

  #welcome(socket: WebSocket, request: IncomingMessage): void {
    const moonraker = this.#moonraker;
    if (moonraker === null) return socket.terminate();
    const session = new WebsocketSession({
      id: 140_000_000_000_000 + this.#nextSession++,
      socket,
      moonraker,
      faults: this.faults.switches,
      clock: this.#options.clock,
      isAuthorized: isAllowed(request, new URL(request.url ?? "/", this.url), moonraker),
    });
    this.#sessions.add(session);
    socket.on("close", () => this.#sessions.delete(session));
    session.start();
  }

  #tick(): void {
    this.klippySocket?.tick();
    const moonraker = this.#moonraker;
    if (moonraker === null) return;
    moonraker.tick();
    const now = this.#options.clock.monotonic();
    if (now - this.#lastProcStats < PROC_STATS_INTERVAL) return;
    this.#lastProcStats = now;
    moonraker.notify("notify_proc_stat_update", [
      {
        moonraker_stats: { time: moonraker.time, cpu_usage: 1, memory: 40_000, mem_units: "kB" },
        cpu_temp: 45,
        network: {},
        system_cpu_usage: { cpu: 1 },
        system_memory: { total: 1_000_000, available: 700_000, used: 300_000 },
        websocket_connections: moonraker.sessions.size,
      },
    ]);
  }
}
