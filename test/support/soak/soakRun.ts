import type { PrinterView } from "#shared/contract/farm.ts";
import { systemClock, sleep } from "#shared/util/clock.ts";
import { SoakEdits } from "./soakEdits.ts";
import { SoakFaults } from "./soakFaults.ts";
import { judge, type Judgement } from "./soakJudge.ts";
import { SoakMeter, type SoakSample } from "./soakMeter.ts";
import { SoakOperator } from "./soakOperator.ts";
import { type PrintLength, SoakSlicer } from "./soakSlicer.ts";
import { type SoakOptions, type SoakPrinter, SoakStage } from "./soakStage.ts";
import { SoakWatch } from "./soakWatch.ts";

export interface SoakPlan extends SoakOptions {
  /** A day lasts at least so long, seconds of the computer's time; and at least so many rounds. */
  readonly seconds: number;
  readonly rounds: number;
  readonly length: PrintLength;
  /** How often the host is killed or stopped in the first third; twice more at the end. */
  readonly restarts: number;
  /** Samples of a whole run. */
  readonly samples: number;
  /** Chances of one printer in one round, of one look of the test at the whole farm. */
  readonly chances: {
    readonly answer: number;
    readonly bring: number;
    readonly edit: number;
    readonly meddle: number;
    readonly fault: number;
  };
}

export interface SoakResult extends Judgement {
  readonly plan: SoakPlan;
  /** Simulated hours. */
  readonly hours: number;
  readonly samples: readonly SoakSample[];
  readonly faults: Readonly<Record<string, number>>;
  readonly edits: Readonly<Record<string, number>>;
  readonly restarts: Readonly<Record<"kill" | "stop", number>>;
  /** Connections the board lost while the host lived. */
  readonly reconnects: number;
}

/** Milliseconds between two rounds. */
const ROUND = 500;
/** Copies that wait at a printer before nobody brings more. */
const ENOUGH = 4;
/** A day that goes as wrong as this is not played to its end. */
const MOST_BROKEN = 200;
/** Seconds of the simulated day in which, at the end, every queue must get going. */
const CLOSING = 60 * 60;

/** A farm's day: people, programs, faults and restarts, all from one seed. */
class SoakRun {
  readonly #plan: SoakPlan;
  readonly #stage: SoakStage;
  readonly #slicer: SoakSlicer;
  readonly #operator: SoakOperator;
  readonly #edits: SoakEdits;
  readonly #faults: SoakFaults;
  readonly #meter: SoakMeter;
  readonly #watch = new SoakWatch();
  readonly #restarts = { kill: 0, stop: 0 };
  readonly #onSample: (sample: SoakSample) => void;
  /** Parts of the day, 0 to 1. */
  readonly #restartsAt: number[];
  #sampleAt = 0;
  #rounds = 0;

  constructor(plan: SoakPlan, stage: SoakStage, onSample: (sample: SoakSample) => void) {
    this.#plan = plan;
    this.#stage = stage;
    this.#onSample = onSample;
    this.#slicer = new SoakSlicer(stage, plan.length);
    this.#operator = new SoakOperator(stage);
    this.#edits = new SoakEdits(stage, this.#slicer);
    this.#faults = new SoakFaults(stage.simulators, stage.dice);
    this.#meter = new SoakMeter(stage);
    // In between one host lives long enough to show whether it grows.
    const early = Array.from({ length: plan.restarts }, (_, n) => (n + 1) / (3 * plan.restarts));
    this.#restartsAt = [...early, 0.97, 0.985];
  }

  async day(): Promise<SoakResult> {
    const stage = this.#stage;
    while (this.#progress < 1) {
      const next = sleep(systemClock, ROUND);
      await this.#guarded(() => this.#round());
      await next;
    }
    await this.#close();
    const hours = stage.now / 3_600;
    await stage.farm.close();
    const code = await stage.host.stop();
    if (code !== 0) stage.broken.push(`the last clean stop ended with ${String(code)}`);
    await this.#lastRecord();
    await this.#meter.sampleFiles();
    return {
      ...(await judge(stage, this.#slicer.hashes)),
      plan: this.#plan,
      hours,
      samples: this.#meter.samples,
      faults: Object.fromEntries(this.#faults.struck),
      edits: Object.fromEntries(this.#edits.done),
      restarts: this.#restarts,
      reconnects: this.#stage.reconnects,
    };
  }

  /** How much of the day is over. */
  get #progress(): number {
    const { seconds, factor, rounds } = this.#plan;
    return Math.min(this.#stage.now / (seconds * factor), this.#rounds / rounds);
  }

  async #round(): Promise<void> {
    const stage = this.#stage;
    this.#rounds++;
    const views = await stage.look();
    await this.#healAndStrike();
    const work = this.#work(views);
    if (this.#progress >= (this.#restartsAt[0] ?? Infinity)) await this.#restart(work);
    await work;
    if (this.#progress >= this.#sampleAt) await this.#sample();
  }

  /** A host that died by itself is a broken promise, and no reason to learn nothing of the rest of the day. */
  async #guarded(round: () => Promise<void>): Promise<void> {
    try {
      await round();
    } catch (error) {
      const stage = this.#stage;
      stage.broken.push(`at ${stage.now.toFixed(0)} s: ${String(error)}`);
      if (stage.broken.length > MOST_BROKEN) throw error;
      await stage.restart("kill");
    }
  }

  async #healAndStrike(): Promise<void> {
    const { dice, now, printers } = this.#stage;
    await this.#faults.heal(now);
    for (const { machine } of printers) {
      if (dice.chance(this.#plan.chances.fault)) await this.#faults.strike(machine, now);
    }
  }

  /** What people and programs do in one round, all at once. */
  async #work(views: readonly PrinterView[]): Promise<void> {
    const stage = this.#stage;
    const { ill } = this.#faults;
    const work = views.flatMap((view) => {
      const printer = stage.printers.find(({ id }) => id === view.id);
      if (printer === undefined) return [];
      const still = this.#watch.look(view, ill.has(printer.machine), stage.now);
      if (still !== null) stage.broken.push(still);
      const task = this.#task(printer, view);
      return task === null ? [] : [stage.attempt(`${view.name}: ${task.what}`, task.run)];
    });
    if (stage.dice.chance(0.02)) {
      work.push(stage.attempt("tidying", () => this.#slicer.tidy(views)));
    }
    await Promise.all(work);
  }

  #task(
    printer: SoakPrinter,
    view: PrinterView,
  ): { readonly what: string; readonly run: () => Promise<void> } | null {
    const { dice } = this.#stage;
    const { chances } = this.#plan;
    if (dice.chance(chances.edit)) return { what: "an edit", run: () => this.#edits.edit(view) };
    if (dice.chance(chances.meddle)) {
      return { what: "meddling", run: () => this.#operator.meddle(view) };
    }
    const answer = dice.chance(chances.answer) ? this.#operator.answer(printer, view) : null;
    if (answer !== null) return { what: "an answer", run: answer };
    if (view.queue.rows.length < ENOUGH && dice.chance(chances.bring)) {
      return { what: "new work", run: () => this.#slicer.bring(printer.id) };
    }
    return null;
  }

  /** The host ends in the middle of what it is asked for. */
  async #restart(work: Promise<void>): Promise<void> {
    const stage = this.#stage;
    this.#restartsAt.shift();
    const how = stage.dice.chance(0.7) ? "kill" : "stop";
    this.#restarts[how]++;
    stage.isEnding = true;
    await sleep(systemClock, stage.dice.between(0, 60));
    await stage.restart(how);
    await work;
    stage.isEnding = false;
  }

  async #sample(): Promise<void> {
    this.#onSample(await this.#meter.sample());
    this.#sampleAt = this.#progress + 1 / this.#plan.samples;
  }

  /** Everything works again and every question is answered: each queue with work must get going. */
  async #close(): Promise<void> {
    const stage = this.#stage;
    await this.#faults.heal(Infinity);
    for (const { machine } of stage.printers) await stage.simulators.fault(machine, "clear");
    const deadline = stage.now + CLOSING;
    for (;;) {
      const views = await stage.look();
      const waiting = views.filter((view) => !this.#isGoing(view));
      if (waiting.length === 0) return;
      if (stage.now > deadline) {
        for (const view of waiting)
          stage.broken.push(`did not get going at the end: ${told(view)}`);
        return;
      }
      await Promise.all(views.map((view) => this.#settle(view)));
      await sleep(systemClock, ROUND);
    }
  }

  /** It prints, whatever it is, or there is nothing to print and nothing to say. */
  #isGoing({ id, queue, current }: PrinterView): boolean {
    const printer = this.#stage.printers.find((one) => one.id === id);
    const isMoving = printer !== undefined && this.#stage.plate(printer).isPrinting;
    if (isMoving) return current !== null && current.state !== "paused";
    return queue.rows.length === 0 && queue.decisions.length === 0;
  }

  async #settle(view: PrinterView): Promise<void> {
    const stage = this.#stage;
    const printer = stage.printers.find(({ id }) => id === view.id);
    if (printer === undefined) return;
    await stage.attempt("letting go", () => this.#edits.release(view));
    const answer = this.#operator.answer(printer, view);
    if (answer !== null) await stage.attempt(`${view.name}: the last answer`, answer);
  }

  async #lastRecord(): Promise<void> {
    const { simulators, printers } = this.#stage;
    const record = await simulators.record();
    for (const { machine } of printers) {
      const events = this.#stage.eventsOf(machine);
      events.splice(0, Infinity, ...record.filter((event) => event.printer === machine));
    }
  }
}

/** Plays a day and tells of every sample as it is taken. The folder is left where it is. */
export async function soak(
  plan: SoakPlan,
  onSample: (sample: SoakSample) => void,
): Promise<{ readonly result: SoakResult; readonly folder: string }> {
  const stage = await SoakStage.open(plan);
  try {
    return { result: await new SoakRun(plan, stage, onSample).day(), folder: stage.folder };
  } finally {
    await stage.close();
  }
}

/** A printer as the board shows it, in one line. */
function told({ name, queue, current, plate, link, klippy, activity }: PrinterView): string {
  const head = queue.rows[0];
  const waits = head?.reasons.map((reason) => reason.code).join() ?? "";
  const print = current === null ? "no print" : `${current.source} ${current.state}`;
  const decisions = queue.decisions.map((open) => open.outcome).join();
  return `${name}: ${link.state}, Klipper ${klippy.state}, ${activity}, ${print}, plate ${plate.state}, ${queue.armed ? "armed" : "paused"}, ${queue.rows.length} wait (${waits}), decisions ${decisions}`;
}
