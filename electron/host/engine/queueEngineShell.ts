import type { QueueEdit } from "#shared/domain/edit.ts";
import type { ContentHash, CopyId } from "#shared/domain/ids.ts";
import type { Actor } from "#shared/domain/plate.ts";
import { AppError, messageOf } from "#shared/rpc/errors.ts";
import { type Disposable, DisposableStore } from "#shared/util/disposable.ts";
import { drop } from "#shared/util/drop.ts";
import { Emitter } from "#shared/util/event.ts";
import { decideTogether, type WaitingCommand } from "./commandBatch.ts";
import { nextTick } from "./deadlines.ts";
import { GapWatch } from "./gapWatch.ts";
import { withMisfits } from "./itemCheck.ts";
import { EffectRunner } from "./effectRunner.ts";
import type { QueueEngineDeps } from "./engineDeps.ts";
import { readPrintFacts } from "./printFacts.ts";
import { epochOf, linkInput, listenTo } from "./linkInputs.ts";
import { calledByLine, macroCommand } from "./macroCalls.ts";
import { contentsOf, storedEdits } from "./edits.ts";
import type { QueueChange, QueueCommand, QueueEngine, QueueSnapshot, Way } from "./queueEngine.ts";
import { type Decision, decide } from "./queueMachine.ts";
import { EMPTY_WORLD, type Instant, type QueueInput, type QueueModel } from "./queueModel.ts";
import { blockers, gcodeBlockers } from "./queuePolicy.ts";
import { pausedSoon, snapshotOf } from "./queueSnapshot.ts";
import { transferHalves } from "./queueTransfer.ts";
import { notStored, QueueWriter, stopping } from "./queueWriter.ts";
import { type Passing, passing } from "./stations.ts";
import { TurnQueue } from "./turnQueue.ts";

/** Milliseconds a pause waits for its record before it is answered without. */
const PAUSE_ANSWER = 500;

/** Makes the engine of one printer; what was stored is read at once, nothing moves before `start`. */
export function createQueueEngine(deps: QueueEngineDeps): QueueEngine {
  const stored = deps.stored ?? deps.store.load(deps.printer, deps.clock.now());
  const world = { ...EMPTY_WORLD, mastery: deps.master.mastery };
  return new QueueEngineShell(deps, { stored, options: deps.options, world });
}

/**
 * The shell around the queue's machine: one input after another is decided, persisted, acted upon and
 * announced, in this order. Facts that cannot be stored are kept and stored later; commands that cannot
 * be stored have not happened.
 */
class QueueEngineShell implements QueueEngine {
  readonly #deps: QueueEngineDeps;
  readonly #turns = new TurnQueue((batch) => this.#takeCommands(batch));
  readonly #subscriptions = new DisposableStore();
  readonly #onDidChange: Emitter<QueueChange>;
  readonly #effects: EffectRunner;
  readonly #writer: QueueWriter;
  readonly #gaps = new GapWatch();
  #model: QueueModel;
  #snapshot: QueueSnapshot;
  #timer: Disposable | undefined;
  /** Requests for safety that are not taken in yet: no start leaves meanwhile. */
  #safety = 0;
  #held = false;
  #stopped = false;

  constructor(deps: QueueEngineDeps, model: QueueModel) {
    this.#deps = deps;
    this.#model = model;
    this.#writer = new QueueWriter(deps, model.stored, () => this.#post({ kind: "tick" }));
    this.#snapshot = snapshotOf(model, null, null);
    this.#onDidChange = new Emitter(
      deps.onListenerError ??
        ((error) => deps.logger.error("a listener failed", { error: messageOf(error) })),
    );
    this.#effects = new EffectRunner(
      deps,
      (input) => this.#post(input),
      (epoch, what) => this.#obstacle(epoch, what),
    );
  }

  get onDidChange(): QueueEngine["onDidChange"] {
    return this.#onDidChange.event;
  }

  get snapshot(): QueueSnapshot {
    return this.#snapshot;
  }

  get contentsOfEdits(): ReadonlySet<ContentHash> {
    return contentsOf(this.#model.world.edits);
  }

  start(): void {
    const { link, master } = this.#deps;
    this.#post({ kind: "take_up", edits: storedEdits(this.#deps) });
    this.#subscriptions.add(
      master.onDidChange((mastery) => this.#post({ kind: "mastery", mastery })),
    );
    this.#post({ kind: "mastery", mastery: master.mastery });
    this.#subscriptions.add(this.#deps.stager.watch(link));
    this.#subscriptions.add(listenTo(link, (input) => this.#post(input)));
    this.#subscriptions.add(link.onDidCallRemoteMethod((name) => this.#takeCall(name)));
    this.#subscriptions.add(link.onDidReceiveGcode((line) => this.#takeCall(calledByLine(line))));
    this.#post(linkInput(link, link.state));
  }

  holdStarts(held: boolean): void {
    this.#held = held;
    if (!held) this.#post({ kind: "tick" });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#subscriptions.dispose();
    this.#timer?.dispose();
    await this.#effects.stop();
    await this.#turns.idle();
    this.#timer?.dispose();
  }

  async apply(command: QueueCommand, actor: Actor): Promise<QueueSnapshot> {
    if (this.#stopped) throw stopping();
    const check = this.#deps.machineCheck;
    const checked = check === undefined ? command : withMisfits(command, check);
    const input: QueueInput = { kind: "command", command: checked, actor };
    if (command.kind === "pause") return this.#pause(input);
    return this.#turns.command(input);
  }

  /**
   * Holds from this moment: no start leaves before it is recorded. A store that is stuck, or a thousand
   * commands before it, do not keep the caller waiting; the record follows.
   */
  #pause(input: QueueInput): Promise<QueueSnapshot> {
    const recorded = this.#withoutStarts(() => this.#turns.run(() => this.#turn(input)));
    return new Promise((resolve, reject) => {
      const timer = this.#deps.clock.setTimer(PAUSE_ANSWER, () => {
        resolve(pausedSoon(this.#snapshot));
      });
      drop(
        recorded.then(resolve).finally(() => timer.dispose()),
        reject,
      );
    });
  }

  async transfer(
    to: QueueEngine,
    copies: readonly CopyId[],
    before: CopyId | null,
    actor: Actor,
  ): Promise<void> {
    await this.#inBoth(to, (other) => {
      const to = other.#deps;
      const misfit = (content: ContentHash) => to.machineCheck?.now(content) ?? null;
      const move = { copies, to: to.printer, before, misfit };
      const { give, receive } = transferHalves(this.#model.stored, move);
      return this.#commitBoth(other, give, receive, actor);
    });
  }

  nextEdit(way: Way): QueueEdit | null {
    const { edits } = this.#model.world;
    return (way === "undo" ? edits.done : edits.undone).at(-1) ?? null;
  }

  async revertTransfer(peer: QueueEngine, way: Way, actor: Actor): Promise<void> {
    await this.#inBoth(peer, (other) => {
      const half = this.nextEdit(way)?.peer;
      if (half?.printer !== other.#deps.printer) {
        throw new AppError("conflict", "This queue has changed meanwhile: look again.");
      }
      const command: QueueCommand = { kind: "revert_transfer", way, move: half.move };
      return this.#commitBoth(other, command, command, actor);
    });
  }

  /** Both queues stand still meanwhile; always the same one first, so that two cannot lock each other. */
  #inBoth(to: QueueEngine, run: (to: QueueEngineShell) => Promise<void>): Promise<void> {
    if (!(to instanceof QueueEngineShell) || to === this) {
      throw new AppError("bad_request", "Copies are moved from one printer to another one.");
    }
    const isFirst = this.#deps.printer < to.#deps.printer;
    const [first, second] = isFirst ? [this, to] : [to, this];
    return first.#turns.run(() =>
      second.#turns.run(async () => {
        if (this.#stopped || to.#stopped) throw stopping();
        await first.#lookForGap();
        await second.#lookForGap();
        return run(to);
      }),
    );
  }

  /** One decision in each queue, stored together. */
  async #commitBoth(
    to: QueueEngineShell,
    mine: QueueCommand,
    theirs: QueueCommand,
    actor: Actor,
  ): Promise<void> {
    const given = this.#decide({ kind: "command", command: mine, actor });
    const taken = to.#decide({ kind: "command", command: theirs, actor });
    this.#deps.checkpoint?.("command.before_commit");
    await this.#writer.writeWith(given, to.#writer, taken).catch((error: unknown) => {
      throw notStored(error);
    });
    this.#deps.checkpoint?.("command.committed");
    this.#conclude(given);
    to.#conclude(taken);
  }

  pausePrint(actor: Actor): Promise<void> {
    return this.#safely("pause_print", actor, () => this.#deps.link.pausePrint());
  }

  resumePrint(actor: Actor): Promise<void> {
    return this.#safely("resume_print", actor, () => this.#deps.link.resumePrint());
  }

  cancelPrint(actor: Actor): Promise<void> {
    return this.#safely("cancel_print", actor, () => this.#deps.link.cancelPrint());
  }

  emergencyStop(actor: Actor): Promise<void> {
    return this.#safely("emergency_stop", actor, () => this.#deps.link.emergencyStop());
  }

  /** Sends first. The record follows in the queue's turn and cannot fail the caller. */
  async #safely(
    action: Extract<QueueInput, { kind: "safety" }>["action"],
    actor: Actor,
    send: () => Promise<void>,
  ): Promise<void> {
    const sent = send();
    // A stop takes the ground from loads at once, not only when the printer has answered.
    const record = (failure: string | null): void =>
      this.#post({ kind: "safety", action, actor, failure });
    if (action === "emergency_stop" || action === "cancel_print") record(null);
    try {
      await sent;
      if (action === "pause_print" || action === "resume_print") record(null);
    } catch (error) {
      record(messageOf(error));
      throw error;
    }
  }

  #takeCall(name: string | undefined): void {
    if (name === undefined) return;
    const command = macroCommand(name, this.#deps.clock.now());
    if (command === undefined) return;
    drop(this.apply(command, { kind: "printer", name }), (error) =>
      this.#deps.logger.warn("a macro's call failed", { name, error: messageOf(error) }),
    );
  }

  #withoutStarts<T>(run: () => Promise<T>): Promise<T> {
    this.#safety++;
    return run().finally(() => this.#safety--);
  }

  #post(input: QueueInput): void {
    if (this.#stopped) return;
    const run = (): Promise<unknown> => this.#turns.run(() => this.#turn(input));
    const isSafety = input.kind === "safety";
    drop(isSafety ? this.#withoutStarts(run) : run(), (error) => {
      const { logger } = this.#deps;
      logger.error("the queue could not take in a fact", {
        input: input.kind,
        error: messageOf(error),
      });
    });
  }

  /** All commands of a turn: as many at once as may share a commit, until none is left. */
  async #takeCommands(batch: readonly WaitingCommand[]): Promise<void> {
    await this.#lookForGap();
    for (let rest = batch; rest.length > 0;) rest = rest.slice(await this.#takeTogether(rest));
  }

  /**
   * Decides commands, stores them with one commit, then acts upon and announces one after the other.
   * Returns how many are answered: those behind one that could not be stored were decided from what never
   * came to be, and must be decided anew.
   */
  async #takeTogether(batch: readonly WaitingCommand[]): Promise<number> {
    const verdicts = decideTogether(batch, this.#model, (model, input) =>
      this.#decide(input, model),
    );
    const decided = verdicts.filter((verdict) => verdict.kind === "decided");
    const passes = decided.map(({ before, decision, waiting }) =>
      passing(this.#deps.checkpoint, before, decision, waiting.input),
    );
    for (const pass of passes) pass("before_commit");
    const written = await this.#writer.writeAll(decided.map(({ decision }) => decision));
    let answered = 0;
    let stored = 0;
    for (const verdict of verdicts) {
      answered++;
      if (verdict.kind === "refused") verdict.waiting.reject(verdict.error);
      else if (stored < written.stored) {
        const pass = passes[stored++];
        pass?.("committed");
        this.#conclude(verdict.decision, pass);
        verdict.waiting.resolve(this.#snapshot);
      } else {
        verdict.waiting.reject(notStored(written.error));
        break;
      }
    }
    return answered;
  }

  async #lookForGap(): Promise<void> {
    if (!this.#gaps.look(this.#now())) return;
    this.#deps.logger.info("time has passed unseen: the printer is asked again");
    await this.#turn({ kind: "resumed" });
  }

  /** One fact, or a pause: decide, persist, act, announce. */
  async #turn(input: QueueInput): Promise<QueueSnapshot> {
    await this.#lookForGap();
    const before = this.#model;
    const decision = this.#decide(input);
    const pass = passing(this.#deps.checkpoint, before, decision, input);
    pass("before_commit");
    const committed = await this.#commit(before, decision, input);
    pass("committed");
    this.#conclude(committed, pass);
    return this.#snapshot;
  }

  #decide(input: QueueInput, model = this.#model): Decision {
    const mayAct = this.#writer.isHealthy && !this.#held && !this.#stopped;
    return decide(model, input, this.#now(), this.#deps.ids, mayAct);
  }

  /** What follows a commit: act, then announce. */
  #conclude(committed: Decision, pass: Passing = () => {}): void {
    this.#model = committed.model;
    for (const effect of committed.effects) this.#effects.run(effect);
    pass("acted");
    this.#announce(committed);
    pass("announced");
    this.#armTimer();
  }

  /** What of the decision stands after the attempt to store it. */
  async #commit(before: QueueModel, decision: Decision, input: QueueInput): Promise<Decision> {
    const isFact = input.kind !== "command" || input.command.kind === "pause";
    try {
      // A fact met by a failing store only waits for the writer's next try; a command is worth a try now.
      if (isFact && !this.#writer.isDue(this.#deps.clock.monotonic())) this.#writer.keep(decision);
      else await this.#writer.write(decision);
      return decision;
    } catch (error) {
      if (!isFact) throw notStored(error);
      const why = messageOf(error);
      this.#deps.logger.error("a change could not be stored and is kept in memory", { error: why });
      const kept = decide(before, input, this.#now(), this.#deps.ids, false);
      this.#writer.keep(kept, why);
      return kept;
    }
  }

  #announce({ wire, consoleLine }: Decision): void {
    const snapshot = snapshotOf(this.#model, this.#writer.trouble, this.#snapshot);
    const isNews = snapshot !== this.#snapshot || wire.length > 0 || consoleLine !== null;
    this.#snapshot = snapshot;
    if (isNews) this.#onDidChange.fire({ snapshot, wire, consoleLine });
  }

  /** All conditions once more, from what the link knows in this very turn. */
  #obstacle(epoch: number, what: "start" | "gcode"): string | null {
    const { link, master } = this.#deps;
    if (this.#stopped || this.#held) return "The program is ending.";
    if (this.#safety > 0) return "The queue was paused or stopped.";
    if (epochOf(link) !== epoch) return "The connection is another one.";
    // Confirmed anew before each start; the g-code between two relies on the lease as it is known.
    if (what === "start" && !master.mayStart()) return "The right to start prints there ran out.";
    const world = { ...this.#model.world, print: readPrintFacts(link.status()) };
    const model = { ...this.#model, world };
    const found = what === "start" ? blockers(model, "send") : gcodeBlockers(model);
    return found[0]?.text ?? null;
  }

  #armTimer(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    this.#gaps.expect(null);
    if (this.#stopped) return;
    const mono = this.#deps.clock.monotonic();
    const waits = [nextTick(this.#model, mono), this.#writer.retryIn(mono)];
    const delay = Math.min(...waits.map((wait) => wait ?? Number.POSITIVE_INFINITY));
    if (!Number.isFinite(delay)) return;
    this.#gaps.expect(mono + delay);
    this.#timer = this.#deps.clock.setTimer(delay, () => this.#post({ kind: "tick" }));
  }

  #now(): Instant {
    return { wall: this.#deps.clock.now(), mono: this.#deps.clock.monotonic() };
  }
}
