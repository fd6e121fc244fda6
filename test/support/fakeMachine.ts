import type { KlippyState } from "#shared/contract/server.ts";
import type { Clock } from "#shared/util/clock.ts";
import { Emitter } from "#shared/util/event.ts";
import { mergeStatus, type PrinterObjects } from "#shared/util/mergeStatus.ts";
import type {
  HistoryEntry,
  LinkState,
  StatusChange,
} from "../../electron/host/link/printerLink.ts";

/**
 * A printer in memory: it outlives engines, keeps its own record of what it was made to do, and tells its
 * clients as Klipper and Moonraker do: gcode lines first, then status, then history.
 */
export class FakeMachine {
  /** Every path whose print really began, oldest first. */
  readonly begun: string[] = [];
  /** Names of Klipper's objects, as a session lists them. */
  objects: readonly string[] = [];
  /** Nothing reaches the clients, though the connection looks open: what happens now is seen only when asked. */
  isMute = false;
  /** False for a bare Klipper: nothing is recorded, and nothing told. */
  keepsHistory = true;
  /** Parts lying on the machine's plate now. */
  partsOnPlate = 0;
  /** Something lies there that no g-code may clear away: not ours, or not finished. */
  #isForeignPart = false;
  /** A belt or a plate changer: what this link started and came to its end leaves no part behind. */
  clearsItself = false;
  /** Starts through this link that met a part on the plate. */
  collisions = 0;
  /** Milliseconds by which the printer's clock is ahead of ours. */
  clockError = 0;
  state: LinkState;
  readonly #clock: Clock;
  readonly #state = new Emitter<LinkState>();
  readonly #status = new Emitter<StatusChange>();
  readonly #gcode = new Emitter<string>();
  readonly #history = new Emitter<HistoryEntry>();
  readonly #remoteMethod = new Emitter<string>();
  readonly onDidChangeState = this.#state.event;
  readonly onDidChangeStatus = this.#status.event;
  readonly onDidReceiveGcode = this.#gcode.event;
  readonly onDidChangeHistory = this.#history.event;
  readonly onDidCallRemoteMethod = this.#remoteMethod.event;
  /** Starts acknowledged and not done yet, oldest first. */
  readonly #late: string[] = [];
  #entries: HistoryEntry[] = [];
  #objects: PrinterObjects = IDLE;
  #process = 1;
  #epoch = 0;
  #klippy: KlippyState = "ready";
  #startedAt = 0;
  #isOpen = false;
  #isByHand = false;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.state = { kind: "connecting", since: clock.now(), lastSeen: null };
  }

  get entries(): readonly HistoryEntry[] {
    return this.#entries;
  }

  get isPrinting(): boolean {
    return ["printing", "paused"].includes(String(this.#objects["print_stats"]?.["state"]));
  }

  get isConnected(): boolean {
    return this.state.kind === "connected";
  }

  get klippy(): KlippyState {
    return this.#klippy;
  }

  /** Whether an ejector would run into a print, or over a part that is not ours or not finished. */
  get mustNotEject(): boolean {
    return this.isPrinting || (this.partsOnPlate > 0 && this.#isForeignPart);
  }

  // The test's hands on the printer

  connect(): void {
    if (this.isConnected) return;
    this.#epoch++;
    this.#isOpen = true;
    this.#announce();
  }

  disconnect(): void {
    this.#isOpen = false;
    const now = this.#clock.now();
    this.state = {
      kind: "unreachable",
      since: now,
      lastSeen: now,
      reason: "no answer",
      retryAt: now + 1000,
    };
    this.#state.fire(this.state);
  }

  /** Klippy ends without a word, as in a crash or a power cut. */
  crashKlippy(): void {
    this.#endPrint("klippy_disconnect", null);
    this.#klippy = "disconnected";
    this.#late.length = 0;
    this.#objects = IDLE;
    this.#announce();
  }

  shutdownKlippy(): void {
    if (this.#klippy !== "ready") return;
    this.say({ webhooks: { state: "shutdown", state_message: "MCU shutdown" } });
    this.#klippy = "shutdown";
    this.#announce();
    this.#endPrint("klippy_shutdown", null);
  }

  /** A new Klippy process, ready and idle. */
  bootKlippy(): void {
    if (this.isPrinting) this.#endPrint("klippy_disconnect", null);
    this.#process++;
    this.#late.length = 0;
    this.#klippy = "ready";
    this.#objects = IDLE;
    if (this.isConnected) {
      this.#klippy = "startup";
      this.#announce();
      this.#klippy = "ready";
      this.#announce();
    }
  }

  /** Someone starts a file at the printer itself. */
  startByHand(path: string): void {
    if (this.#klippy !== "ready" || this.isPrinting) return;
    this.begin(path, { isTiny: false, isByHand: true });
  }

  /** Does the oldest start that was only acknowledged; a busy or restarted Klipper drops it. */
  performLate(isTiny = false): void {
    const path = this.#late.shift();
    if (path === undefined || this.#klippy !== "ready" || this.isPrinting) return;
    this.begin(path, { isTiny, isByHand: false });
  }

  /** The file that `performLate` would start; null = none. */
  get late(): string | null {
    return this.#late[0] ?? null;
  }

  complete(): void {
    if (!this.isPrinting) return;
    this.#eject();
    this.say({ print_stats: { ...this.#stats("complete") }, virtual_sdcard: IDLE_CARD });
    this.sayLine("Done printing file");
    this.#endPrint("completed", null);
  }

  fail(message: string): void {
    if (!this.isPrinting) return;
    this.sayLine(`!! ${message}`);
    this.say({
      print_stats: { ...this.#stats("error"), message },
      virtual_sdcard: IDLE_CARD,
    });
    this.#endPrint("error", null);
  }

  cancel(): void {
    if (!this.isPrinting) return;
    this.say({ print_stats: this.#stats("cancelled"), virtual_sdcard: IDLE_CARD });
    this.#endPrint("cancelled", null);
  }

  pause(): void {
    if (this.isPrinting) this.say({ print_stats: this.#stats("paused") });
  }

  resume(): void {
    if (this.isPrinting) this.say({ print_stats: this.#stats("printing") });
  }

  /** An entry as it was, told again. */
  tellHistory(entry: HistoryEntry): void {
    this.#history.fire(entry);
  }

  /** Somebody deletes the newest entry of the history: the next print gets its id. */
  forgetNewestEntry(): void {
    this.#entries = this.#entries.slice(1);
  }

  callRemoteMethod(name: string): void {
    this.#remoteMethod.fire(name);
  }

  /** Everything Klipper reports now. */
  protected get reported(): PrinterObjects {
    return this.#objects;
  }

  /** Takes a start that is done when the test says so. */
  protected postpone(path: string): void {
    this.#late.push(path);
  }

  /** Whether its clients have it before them. */
  protected sees(): boolean {
    return this.isConnected && this.#klippy === "ready";
  }

  protected begin(
    path: string,
    { isTiny, isByHand }: { isTiny: boolean; isByHand: boolean },
  ): void {
    this.#isByHand = isByHand;
    this.#isForeignPart = isByHand || (this.partsOnPlate > 0 && this.#isForeignPart);
    this.begun.push(path);
    this.partsOnPlate++;
    this.#startedAt = this.#clock.monotonic();
    this.sayLine(`File opened:${path} Size:70`);
    this.sayLine("File selected");
    if (isTiny) {
      this.sayLine("Done printing file");
      this.#eject();
      // Klipper's times are floats: no two prints take the same to the last digit.
      const total_duration = 0.01 + this.begun.length / 1e6;
      const stats = { state: "complete", filename: path, message: "", total_duration };
      this.#objects = mergeStatus(this.#objects, { print_stats: stats });
      return;
    }
    const stats = { ...this.#stats("printing"), filename: path, message: "" };
    this.say({ print_stats: stats, virtual_sdcard: { is_active: true } });
    const jobId = (this.#entries.length + 1).toString(16).toUpperCase().padStart(6, "0");
    const entry: HistoryEntry = {
      jobId,
      filename: path,
      status: "in_progress",
      startTime: this.#wall(),
      endTime: null,
    };
    this.#entries = [entry, ...this.#entries];
    if (this.isConnected && this.keepsHistory && !this.isMute) this.#history.fire(entry);
  }

  /** Seconds, as the printer's own clock has them. */
  #wall(): number {
    return (this.#clock.now() + this.clockError) / 1000;
  }

  #eject(): void {
    if (this.clearsItself && !this.#isByHand) this.partsOnPlate = 0;
  }

  #endPrint(status: string, endTime: number | null): void {
    const [entry, ...older] = this.#entries;
    if (entry?.status !== "in_progress") return;
    if (status !== "completed") this.#isForeignPart = true;
    const ended = { ...entry, status, endTime: endTime ?? this.#wall() };
    this.#entries = [ended, ...older];
    if (this.isConnected && this.keepsHistory && !this.isMute) this.#history.fire(ended);
  }

  #stats(state: string): Readonly<Record<string, unknown>> {
    return { state, total_duration: (this.#clock.monotonic() - this.#startedAt) / 1000 };
  }

  /** Any status, for what the hands do not cover. */
  say(delta: PrinterObjects): void {
    this.#objects = mergeStatus(this.#objects, delta);
    if (!this.sees() || this.isMute) return;
    const eventtime = this.#clock.monotonic() / 1000;
    this.#status.fire({ delta, status: this.#objects, eventtime });
  }

  sayLine(line: string): void {
    if (this.sees() && !this.isMute) this.#gcode.fire(line);
  }

  #announce(): void {
    if (!this.#isOpen) return;
    const session =
      this.#klippy === "ready"
        ? {
            epoch: this.#epoch,
            klippyProcess: String(this.#process),
            objects: this.objects,
            keepsHistory: this.keepsHistory,
          }
        : null;
    this.state = {
      kind: "connected",
      since: this.#clock.now(),
      epoch: this.#epoch,
      klippy: this.#klippy,
      message: this.#klippy,
      session,
    };
    this.#state.fire(this.state);
  }
}

const IDLE_CARD = { is_active: false };
const IDLE: PrinterObjects = {
  webhooks: { state: "ready" },
  print_stats: { state: "standby", filename: "", message: "", total_duration: 0 },
  virtual_sdcard: IDLE_CARD,
  pause_resume: { is_paused: false },
  idle_timeout: { state: "Ready" },
  toolhead: { print_time: 1, estimated_print_time: 2 },
};
