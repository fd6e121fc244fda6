import type { Clock } from "#shared/util/clock.ts";

/** What the wire looks at before it does what it should. A number counts down: so often it still strikes. */
export interface FaultSwitches {
  /** The next starts are refused with this message. */
  refuseStart: { message: string; times: number } | null;
  /** The next starts are acknowledged and never carried out. */
  ignoreStart: number;
  /** Milliseconds: starts are acknowledged at once and carried out later. */
  startLate: number | null;
  /** The next starts are carried out a second time when the print has ended. */
  startTwice: number;
  /** The next starts are carried out, their answer is never sent. */
  ackLost: number;
  /** The next uploads are answered 201 and keep other bytes. */
  uploadKeepsOtherBytes: number;
  /** The next uploads fail with this HTTP status. */
  uploadFails: { status: number; times: number } | null;
  /** Bytes per second, null = as fast as it goes. */
  uploadSlow: number | null;
  /** Uploads fail as on a full disk. */
  diskFull: boolean;
  /** Every notification is sent twice. */
  duplicateFrames: boolean;
  /** Neighbouring notifications change places. */
  reorderFrames: boolean;
  /** Milliseconds every answer is held back. */
  slowAnswers: number;
  /** Requests without this key are refused. */
  apiKey: string | null;
  /** TCP connections are accepted and never answered. */
  silentAccept: boolean;
}

export function noFaults(): FaultSwitches {
  return {
    refuseStart: null,
    ignoreStart: 0,
    startLate: null,
    startTwice: 0,
    ackLost: 0,
    uploadKeepsOtherBytes: 0,
    uploadFails: null,
    uploadSlow: null,
    diskFull: false,
    duplicateFrames: false,
    reorderFrames: false,
    slowAnswers: 0,
    apiKey: null,
    silentAccept: false,
  };
}

/** What faults act on besides the switches. */
export interface FaultTarget {
  readonly clock: Clock;
  readonly network: {
    /** Cuts every connection off. */
    cut(): void;
    refuse(): void;
    open(): Promise<void>;
  };
  readonly klippy: {
    shutdown(message: string): void;
    kill(): void;
    boot(): void;
    readonly machine: { plannedFailure: { message: string; atProgress: number } | null };
  };
  /** Every websocket stops reading and sending until it is resumed. */
  stallSessions(stalled: boolean): void;
  /** Tells every client something. */
  notify(method: string, params: readonly unknown[]): void;
  restartMoonraker(): Promise<void>;
  powerOff(): Promise<void>;
  powerOn(): Promise<void>;
}

/** Everything that can go wrong with a simulated printer, to be called at any moment. */
export class Faults {
  readonly switches: FaultSwitches = noFaults();
  readonly #target: FaultTarget;

  constructor(target: FaultTarget) {
    this.#target = target;
  }

  /** Cuts every open connection; new ones are welcome. */
  dropLink(): void {
    this.#target.network.cut();
  }

  /** Nothing passes the open websockets, in neither direction, for so many milliseconds. */
  stallLink(milliseconds: number): void {
    this.#target.stallSessions(true);
    this.#target.clock.setTimer(milliseconds, () => this.#target.stallSessions(false));
  }

  /** The port is closed to new connections; open ones stay. */
  async refuseConnections(refuse = true): Promise<void> {
    if (refuse) this.#target.network.refuse();
    else await this.#target.network.open();
  }

  /** Connections are accepted and never answered. */
  silentAccept(on = true): void {
    this.switches.silentAccept = on;
  }

  refuseStart(message: string, times = 1): void {
    this.switches.refuseStart = { message, times };
  }

  /** Acknowledged, never carried out. */
  ignoreStart(times = 1): void {
    this.switches.ignoreStart = times;
  }

  /** Acknowledged at once, carried out so many milliseconds later; null = as usual. */
  startLate(milliseconds: number | null): void {
    this.switches.startLate = milliseconds;
  }

  /** Carried out again as soon as the print has ended. */
  startTwice(times = 1): void {
    this.switches.startTwice = times;
  }

  /** Carried out, the answer is never sent. */
  ackLost(times = 1): void {
    this.switches.ackLost = times;
  }

  /** Answered 201 with the right size, but the last bytes on the disk are others. */
  uploadKeepsOtherBytes(times = 1): void {
    this.switches.uploadKeepsOtherBytes = times;
  }

  uploadFails(status: number, times = 1): void {
    this.switches.uploadFails = { status, times };
  }

  uploadSlow(bytesPerSecond: number | null): void {
    this.switches.uploadSlow = bytesPerSecond;
  }

  /** The running print, or else the next one, fails when this much of its file (0..1) was read. */
  failMidPrint(message: string, atProgress: number): void {
    this.#target.klippy.machine.plannedFailure = { message, atProgress };
  }

  shutdown(message = "MCU 'mcu' shutdown: Timer too close"): void {
    this.#target.klippy.shutdown(message);
  }

  /** Klipper's process is replaced by a new one. */
  klippyRestart(): void {
    this.#target.klippy.kill();
    this.#target.klippy.boot();
  }

  klippyDisconnect(): void {
    this.#target.klippy.kill();
  }

  klippyConnect(): void {
    this.#target.klippy.boot();
  }

  /** Moonraker only: a running print goes on. Resolves when it is back. */
  async moonrakerRestart(): Promise<void> {
    await this.#target.restartMoonraker();
  }

  /** The plug of the whole host is pulled, Klipper included. */
  async hostOff(): Promise<void> {
    await this.#target.powerOff();
  }

  /** Resolves when Moonraker answers again; Klipper takes its time. */
  async hostOn(): Promise<void> {
    await this.#target.powerOn();
  }

  duplicateFrames(on = true): void {
    this.switches.duplicateFrames = on;
  }

  reorderFrames(on = true): void {
    this.switches.reorderFrames = on;
  }

  /** Moonraker tells its clients of something that is no business of a queue: a plug, a camera, a service. */
  announce(method: string, params: readonly unknown[]): void {
    this.#target.notify(method, params);
  }

  slowAnswers(milliseconds: number): void {
    this.switches.slowAnswers = milliseconds;
  }

  diskFull(on = true): void {
    this.switches.diskFull = on;
  }

  requireApiKey(key: string | null): void {
    this.switches.apiKey = key;
  }

  /** Ends every lasting fault; what has happened has happened. */
  clear(): void {
    Object.assign(this.switches, noFaults());
  }
}
