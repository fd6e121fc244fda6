import assert from "node:assert/strict";
import type { CopyId } from "#shared/domain/ids.ts";
import { AppError } from "#shared/rpc/errors.ts";
import { CHECKPOINTS } from "../../electron/host/engine/checkpoints.ts";
import type { QueueCommand } from "../../electron/host/engine/queueEngine.ts";
import type { StoredQueue } from "../../electron/host/store/queueStore.ts";
import { BOARD, EngineHarness, item } from "./engineHarness.ts";
import type { Happening } from "./queueHappenings.ts";

/** The g-code that clears the plate where the policy is `gcode`. */
export const EJECTOR = "EJECT";

/** Plays happenings and keeps the books the invariants are checked against. */
class Life {
  readonly h: EngineHarness;
  readonly seen = new Set<CopyId>();
  readonly given = new Set<CopyId>();
  /** Prints each file may have: copies asked for, plus a person's word to print one again. */
  readonly wanted = new Map<string, number>();
  #ejectedOver = 0;
  #beforeUndo: readonly CopyId[] = [];
  /**
   * While nobody watched, an entry was deleted, or Klipper was restarted. Both together, in either order,
   * would wipe out every trace of a print, which is then beyond anybody's knowledge: that is left out.
   */
  #isTidiedUnseen = false;
  #isRestartedUnseen = false;
  #files = 0;
  #revision = 0;
  #restarts = 0;

  constructor(h: EngineHarness) {
    this.h = h;
    h.link.onGcode = (script) => {
      if (script !== EJECTOR) return;
      if (h.link.mustNotEject) this.#ejectedOver++;
      h.link.partsOnPlate = 0;
    };
  }

  async play(happening: Happening): Promise<void> {
    await this.#happen(happening);
    await this.h.settle();
    if (this.h.killed) await this.h.restart();
    // What an undo takes back, or a redo removes again, has been given up by a person.
    for (const id of this.#beforeUndo) if (!this.h.ids.includes(id)) this.given.add(id);
    this.#beforeUndo = [];
    // What could not be stored is gone with the process, and its revisions with it.
    if (this.h.restarts !== this.#restarts) this.#revision = this.#stored().revision;
    this.#restarts = this.h.restarts;
    this.check();
  }

  async #happen(one: Happening): Promise<void> {
    const { h } = this;
    const { link } = h;
    const ids = h.ids;
    switch (one.kind) {
      case "post":
        return this.#post(one.copies, one.start);
      case "start":
        if (!link.isPrinting) link.partsOnPlate = 0;
        return this.#apply({ kind: "start", mayClearPlate: true, receivedAt: h.clock.now() });
      case "pause":
        return this.#apply({ kind: "pause" });
      case "clear":
      case "clear_with_grace": {
        if (link.isPrinting) return;
        link.partsOnPlate = 0;
        return this.#sayOfPlate("clear", one.kind === "clear_with_grace");
      }
      case "occupied":
        return this.#sayOfPlate("occupied", false);
      case "service": {
        const { options } = h.snapshot;
        const changed = { ...options, outOfService: !options.outOfService };
        return this.#apply({ kind: "set_options", options: changed });
      }
      case "replace": {
        const items = h.snapshot.stored.copies.map((copy) => item(copy.filename)).toReversed();
        return this.#apply({ kind: "replace", base: ids, items });
      }
      case "print_now": {
        const name = this.#name();
        this.wanted.set(name, 1);
        return this.#apply({ kind: "print_now", item: item(name) });
      }
      case "undo":
      case "redo":
        this.#beforeUndo = ids;
        return this.#apply({ kind: one.kind });
      case "cancel_print":
        // The printer may refuse; what matters is what the engine makes of it.
        await h.engine.cancelPrint(BOARD).catch((error: unknown) => {
          assert(error instanceof Error);
        });
        return;
      case "remove": {
        const id = ids[one.pick];
        if (id === undefined) return;
        this.given.add(id);
        return this.#apply({ kind: "remove", copies: [id], strict: false }, () => {
          this.given.delete(id);
        });
      }
      case "jump":
        return this.#apply({ kind: "jump", copy: ids[one.pick] ?? "none" });
      case "hold": {
        const id = ids[one.pick];
        if (id === undefined) return;
        const hold = one.pick % 2 === 0 ? "wait" : null;
        return this.#apply({ kind: "hold", copies: [id], hold });
      }
      case "move": {
        const [id, to] = [ids[one.pick], ids[one.to]];
        if (id !== undefined) await this.#apply({ kind: "move", copies: [id], before: to ?? null });
        return;
      }
      case "decide":
        return this.#decide(one.pick);
      case "by_hand":
        return link.startByHand("by-hand.gcode");
      case "complete":
        return link.complete();
      case "fail":
        return link.fail("Move out of range");
      case "cancel":
        return link.cancel();
      case "connect":
        link.connect();
        this.#isTidiedUnseen = false;
        this.#isRestartedUnseen = false;
        return;
      case "disconnect":
        return link.disconnect();
      case "crash_klippy":
        return this.#restartKlippy(() => link.crashKlippy());
      case "boot_klippy":
        return this.#restartKlippy(() => link.bootKlippy());
      case "shutdown_klippy":
        return link.shutdownKlippy();
      case "perform_late":
        return this.#performLate();
      case "tidy_history":
        // Moonraker deletes no entry of a print that runs.
        if (link.isPrinting || (!link.isConnected && link.klippy !== "ready")) return;
        if (this.#isRestartedUnseen) return;
        this.#isTidiedUnseen = !link.isConnected;
        return link.forgetNewestEntry();
      case "pause_resume":
        link.pause();
        await h.settle();
        return link.resume();
      case "fate":
        link.fates.push(one.fate);
        return;
      case "store_fails":
        return h.store.failNext(new AppError("storage_full", "The disk is full."));
      case "staging_fails":
        return h.stager.failNext(new AppError("unavailable", "The upload broke off."));
      case "file_changes":
        h.stager.isSame = false;
        await h.advance(300);
        h.stager.isSame = true;
        return;
      case "restart":
        return h.crash();
      case "kill":
        return h.killAt(CHECKPOINTS[one.at] ?? "start.sent", one.nth);
      case "wait":
        return h.advance(one.time);
    }
  }

  #restartKlippy(restart: () => void): void {
    if (this.#isTidiedUnseen) return;
    this.#isRestartedUnseen ||= !this.h.link.isConnected;
    restart();
  }

  #sayOfPlate(state: "clear" | "occupied", grace: boolean): Promise<void> {
    const { revision } = this.h.snapshot.stored.plate;
    return this.#apply({ kind: "set_plate", state, revision, note: "", grace });
  }

  /** No queue can keep a printer from doing twice what it was asked for twice: that one is left out. */
  #performLate(): void {
    const { link } = this.h;
    const name = link.late?.split("/").at(-1) ?? "";
    const times = link.begun.filter((path) => path.endsWith(`/${name}`)).length;
    if (times < (this.wanted.get(name) ?? 0)) link.performLate();
  }

  async #post(copies: number, start: boolean): Promise<void> {
    const name = this.#name();
    this.wanted.set(name, copies);
    const items = [item(name, copies)];
    await this.#apply({ kind: "post", items, at: "end", hold: null, note: "", start });
  }

  async #decide(pick: number): Promise<void> {
    const attempt = this.h.snapshot.stored.undecided[0];
    if (attempt === undefined) return;
    const decision = (["retry", "requeue", "dismiss"] as const)[pick % 3] ?? "dismiss";
    const { filename } = attempt;
    if (decision === "dismiss") this.given.add(attempt.copyId);
    else this.wanted.set(filename, (this.wanted.get(filename) ?? 0) + 1);
    await this.#apply({ kind: "decide", attempt: attempt.id, decision }, () => {
      this.given.delete(attempt.copyId);
    });
  }

  /** A refused command must be an AppError; one whose process dies is never answered. */
  async #apply(command: QueueCommand, onRefused: () => void = () => {}): Promise<void> {
    const answer = this.h.engine.apply(command, BOARD).catch((error: unknown) => {
      if (this.h.killed) return;
      expectAppError(error);
      onRefused();
    });
    await Promise.race([answer, this.h.settle()]);
  }

  check(): void {
    const { stored } = this.h.snapshot;
    assert(stored.revision >= this.#revision, "a revision went back");
    this.#revision = stored.revision;
    for (const copy of stored.copies) this.seen.add(copy.id);
    assert.equal(this.h.link.collisions, 0, "started on an occupied plate");
    assert.equal(this.#ejectedOver, 0, "cleared away what was not its own finished part");
    const unsure = this.h.store.intents.filter((plate) => plate !== "clear");
    assert.deepEqual(unsure, [], "started on a plate not known to be clear");
    this.#checkStarts();
    this.#checkCopies();
    for (const attempt of this.h.store.attempts) {
      const isOpen = attempt.id === stored.attempt?.id;
      if (!isOpen && attempt.endedAt === null) {
        // Only a store that could not be written to may lag behind, and only until its next try.
        assert(this.lagging(), `an attempt left as ${attempt.state} has no outcome`);
      }
    }
  }

  lagging(): boolean {
    return this.#stored().revision < this.h.snapshot.stored.revision;
  }

  #stored(): StoredQueue {
    return this.h.store.load(this.h.snapshot.stored.printer, 0);
  }

  #checkStarts(): void {
    const begun = new Map<string, number>();
    for (const path of this.h.link.begun) {
      const name = path.split("/").at(-1) ?? path;
      begun.set(name, (begun.get(name) ?? 0) + 1);
    }
    begun.delete("by-hand.gcode");
    for (const [name, times] of begun) {
      assert(times <= (this.wanted.get(name) ?? 0), `${name} was printed ${times} times`);
    }
  }

  #checkCopies(): void {
    const { stored } = this.h.snapshot;
    const there = new Set([
      ...stored.copies.map((copy) => copy.id),
      ...(stored.attempt === null ? [] : [stored.attempt.copyId]),
      ...stored.undecided.map((attempt) => attempt.copyId),
      ...this.h.store.attempts
        .filter((attempt) => attempt.state === "finished")
        .map((attempt) => attempt.copyId),
    ]);
    const lost = [...this.seen].filter((id) => !there.has(id) && !this.given.has(id));
    if (!this.lagging()) assert.deepEqual(lost, [], "copies were lost");
  }

  #name(): string {
    return `f${++this.#files}.gcode`;
  }
}

function expectAppError(error: unknown): void {
  assert(error instanceof AppError);
}

/**
 * Lives a whole life and checks after each happening; throws at the first broken promise. Without
 * `keepsHistory` the printer is a bare Klipper.
 */
export async function live(
  options: EngineHarness["options"],
  happenings: readonly Happening[],
  keepsHistory: boolean,
): Promise<void> {
  const h = new EngineHarness(options);
  h.link.keepsHistory = keepsHistory;
  await h.start();
  const life = new Life(h);
  for (const one of happenings) await life.play(one);
  // At last everything works again: what is open comes to an end that is recorded.
  h.store.recover();
  h.onCheckpoint = () => {};
  if (h.link.klippy !== "ready") h.link.bootKlippy();
  h.link.connect();
  await h.advance(40_000);
  h.link.complete();
  await h.advance(40_000);
  life.check();
  assert(!life.lagging(), "what was kept in memory was not stored later");
  const open = h.snapshot.stored.attempt?.state;
  assert(["undefined", "printing", "paused", "staging"].includes(String(open)), `still ${open}`);
  assert.deepEqual(h.errors, []);
}
