import { messageOf, RemoteError } from "#shared/rpc/errors.ts";
import type { PrinterId } from "#shared/domain/ids.ts";
import type { Clock } from "#shared/util/clock.ts";
import { type Disposable, DisposableStore } from "#shared/util/disposable.ts";
import { drop } from "#shared/util/drop.ts";
import { Emitter, type Event } from "#shared/util/event.ts";
import type { PrinterLink } from "../link/printerLink.ts";
import type { Logger } from "../log/logger.ts";
import type { SettingsStore } from "../store/settingsStore.ts";
import { type ForeignQueue, needsAnswer, QueueAnswer, readForeignQueue } from "./foreignQueue.ts";
import type { LeaseSelf, LeaseState, LeaseTimes } from "./leaseMachine.ts";
import { type Mastery, sameMastery, UNKNOWN_MASTERY } from "./mastery.ts";
import { PrinterLease } from "./printerLease.ts";

/** This host's right to start prints at one printer. */
export interface PrinterMaster {
  readonly mastery: Mastery;
  readonly onDidChange: Event<Mastery>;
  /** Begins to ask for the lease whenever the printer is connected. */
  start(): void;
  /** Gives the lease back while the link is still open. */
  stop(): Promise<void>;
  /** Looks once more, right before a start. Resolves to whether one may leave. */
  confirm(): Promise<boolean>;
  /** The last word, in the turn that sends a start. */
  mayStart(): boolean;
  takeOver(): Promise<void>;
  /** The printer's own queue as it is now; null = it has none. */
  readQueue(): Promise<ForeignQueue | null>;
  /** Keeps what a person said about the printer's own queue, and looks again. */
  answerQueue(choice: QueueAnswer["choice"], by: string): Promise<void>;
}

export interface MasterParts {
  readonly printer: PrinterId;
  readonly link: PrinterLink;
  /** False for a bare Klipper: there is no queue but ours. */
  readonly mayHaveQueue: boolean;
  readonly settings: SettingsStore;
  readonly self: LeaseSelf;
  readonly times: LeaseTimes;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Keeps the lease and watches for a queue of the printer's own. */
export class LeasedMaster implements PrinterMaster {
  readonly #parts: MasterParts;
  readonly #lease: PrinterLease;
  readonly #onDidChange = new Emitter<Mastery>();
  readonly #subscriptions = new DisposableStore();
  /** null = not read through this connection. */
  #seen: ForeignQueue | "none" | null = null;
  #problem: string | null = null;
  #epoch: number | null = null;
  #retry: Disposable | undefined;
  #mastery: Mastery = UNKNOWN_MASTERY;

  readonly onDidChange = this.#onDidChange.event;

  constructor(parts: MasterParts) {
    this.#parts = parts;
    this.#lease = new PrinterLease(parts);
  }

  get mastery(): Mastery {
    return this.#mastery;
  }

  start(): void {
    const { link } = this.#parts;
    this.#subscriptions.add(this.#lease.onDidChange(() => this.#review()));
    this.#subscriptions.add(link.onDidChangeState(() => this.#followLink()));
    this.#subscriptions.add(
      link.onDidNotify(({ method }) => {
        // Somebody put a job there, or took the last one off: the question is asked, or gone, at once.
        if (method === "notify_job_queue_changed" && this.#epoch !== null) {
          this.#lookSoon(this.#epoch);
        }
      }),
    );
    this.#lease.start();
    this.#followLink();
  }

  async stop(): Promise<void> {
    this.#subscriptions.dispose();
    this.#retry?.dispose();
    this.#epoch = null;
    await this.#lease.stop();
  }

  async confirm(): Promise<boolean> {
    const epoch = this.#epoch;
    const [isOurs] = await Promise.all([this.#lease.confirm(), this.#look(epoch)]);
    return isOurs && epoch === this.#epoch && this.#problem === null && this.mayStart();
  }

  mayStart(): boolean {
    return this.#mastery.question === null && this.#seen !== null && this.#lease.mayStart();
  }

  takeOver(): Promise<void> {
    return this.#lease.takeOver();
  }

  async readQueue(): Promise<ForeignQueue | null> {
    const { link, mayHaveQueue } = this.#parts;
    if (!mayHaveQueue) return null;
    try {
      const [status, config] = await Promise.all([
        link.request("server.job_queue.status", {}),
        link.request("server.config", {}),
      ]);
      return readForeignQueue(status, config);
    } catch (error) {
      // A Moonraker without the component.
      if (error instanceof RemoteError && error.code === -32601) return null;
      throw error;
    }
  }

  async answerQueue(choice: QueueAnswer["choice"], by: string): Promise<void> {
    const { settings, printer, clock } = this.#parts;
    const seen = await this.readQueue();
    const answer: QueueAnswer = {
      choice,
      startsBy: [...(seen?.startsBy ?? [])],
      at: clock.now(),
      by,
    };
    await settings.set(answerKey(printer), answer);
    this.#seen = seen ?? "none";
    this.#review();
  }

  #followLink(): void {
    const { state } = this.#parts.link;
    const epoch = state.kind === "connected" ? state.epoch : null;
    if (epoch === this.#epoch) return;
    this.#epoch = epoch;
    this.#seen = null;
    this.#problem = null;
    this.#retry?.dispose();
    this.#review();
    if (epoch !== null) this.#lookSoon(epoch);
  }

  #lookSoon(epoch: number): void {
    drop(this.#look(epoch), (error) => {
      this.#parts.logger.error("the printer's queue was not read", { error: messageOf(error) });
    });
  }

  async #look(epoch: number | null): Promise<void> {
    if (epoch === null) return;
    try {
      const seen = await this.readQueue();
      if (epoch !== this.#epoch) return;
      this.#seen = seen ?? "none";
      this.#problem = null;
    } catch (error) {
      if (epoch !== this.#epoch) return;
      this.#problem = messageOf(error);
      const { clock, times } = this.#parts;
      this.#retry?.dispose();
      this.#retry = clock.setTimer(times.renew, () => this.#lookSoon(epoch));
    }
    this.#review();
  }

  #review(): void {
    const { settings, printer } = this.#parts;
    const answer = QueueAnswer.safeParse(settings.get(answerKey(printer)));
    const seen = this.#seen;
    const asks =
      seen !== null && seen !== "none" && needsAnswer(seen, answer.success ? answer.data : null);
    const isRead = seen !== null && this.#problem === null;
    const lease = leaseStanding(this.#lease.state);
    const mastery: Mastery = {
      lease: isRead || lease.kind !== "held" ? lease : { kind: "unknown", problem: this.#problem },
      // What the printer's own queue does is the business of the host in charge.
      question: asks && lease.kind !== "managed" ? seen : null,
    };
    if (sameMastery(mastery, this.#mastery)) return;
    this.#mastery = mastery;
    this.#onDidChange.fire(mastery);
  }
}

function leaseStanding(state: LeaseState): Mastery["lease"] {
  switch (state.kind) {
    case "unknown":
      return state;
    case "claiming":
      return { kind: "unknown", problem: null };
    case "observing":
      return { kind: "managed", holder: state.holder };
    case "held":
      return { kind: "held" };
  }
}

/** Where the answer about a printer's own queue is kept among the settings. */
export function answerKey(printer: PrinterId): string {
  return `foreign_queue:${printer}`;
}
