import { drop } from "#shared/util/drop.ts";
import type { LinkState, PrinterLink } from "../../electron/host/link/printerLink.ts";
import { Emitter } from "#shared/util/event.ts";
import { AppError } from "#shared/rpc/errors.ts";
import { LEASE_TIMES } from "../../electron/host/engine/leaseMachine.ts";
import { PrinterLease } from "../../electron/host/engine/printerLease.ts";
import { silentLogger } from "../../electron/host/log/logger.ts";
import type { ManualClock } from "./manualClock.ts";

/** A printer several hosts reach: the notes on it, and nothing else. */
export class NoteBoard {
  readonly notes = new Map<string, unknown>();
  /** Milliseconds until a write of the next host that writes is done. */
  slowWrite = 0;
  /** Questions are taken and never answered. */
  hangs = false;
  readonly #clock: ManualClock;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  /** A host with its own connection to it. */
  join(instance: string, host = instance, session = `${instance}-run`): BoardHost {
    return new BoardHost(this, this.#clock, { instance, host, session, user: "ada" });
  }
}

export class BoardHost {
  readonly lease: PrinterLease;
  readonly #state = new Emitter<LinkState>();
  readonly #board: NoteBoard;
  readonly #link: Pick<PrinterLink, "state" | "onDidChangeState" | "readNote" | "writeNote">;
  #isUp = false;
  #epoch = 0;

  constructor(
    board: NoteBoard,
    clock: ManualClock,
    self: { instance: string; host: string; session: string; user: string },
  ) {
    this.#board = board;
    const isUp = (): boolean => this.#isUp;
    const epoch = (): number => this.#epoch;
    this.#link = {
      get state(): LinkState {
        const since = 0;
        if (!isUp()) return { kind: "connecting", since, lastSeen: null };
        return {
          kind: "connected",
          since,
          epoch: epoch(),
          klippy: "ready",
          message: "",
          session: null,
        };
      },
      onDidChangeState: this.#state.event,
      readNote: async (name) => {
        await Promise.resolve();
        if (board.hangs) await new Promise(() => {});
        if (!isUp()) throw closed();
        return structuredClone(board.notes.get(name));
      },
      writeNote: async (name, value) => {
        const delay = board.slowWrite;
        board.slowWrite = 0;
        if (delay > 0) await new Promise<void>((done) => clock.setTimer(delay, done));
        if (!isUp()) throw closed();
        if (value === null) board.notes.delete(name);
        else board.notes.set(name, structuredClone(value));
      },
    };
    this.lease = new PrinterLease({
      link: this.#link,
      self,
      times: LEASE_TIMES,
      clock,
      logger: silentLogger,
    });
    this.lease.start();
  }

  get board(): NoteBoard {
    return this.#board;
  }

  connect(): this {
    this.#epoch++;
    this.#isUp = true;
    this.#state.fire(this.#link.state);
    return this;
  }

  /** The connection breaks, or the process is gone: nothing of it reaches the printer any more. */
  cut(): void {
    this.#isUp = false;
    this.#state.fire(this.#link.state);
  }

  /** Goes on living without hearing that its connection is dead. */
  freeze(): void {
    this.#isUp = false;
  }

  confirm(): void {
    drop(this.lease.confirm(), () => {});
  }
}

function closed(): AppError {
  return new AppError("unavailable", "the connection is closed");
}
