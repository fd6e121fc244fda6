import type { PrinterView } from "#shared/contract/farm.ts";
import type { SoakPrinter, SoakStage } from "./soakStage.ts";

/** The person in front of the machines: answers their questions, and now and then takes part in a print. */
export class SoakOperator {
  readonly #stage: SoakStage;

  constructor(stage: SoakStage) {
    this.#stage = stage;
  }

  /** What is to be done at a printer now that nothing else waits for; null = nothing. */
  answer(printer: SoakPrinter, view: PrinterView): (() => Promise<void>) | null {
    const { queue, plate, current, activity } = view;
    const isMoving = this.#stage.plate(printer).isPrinting;
    if (queue.decisions.length > 0 && !isMoving) return () => this.#decide(view);
    const asks = plate.state === "occupied" || plate.state === "unknown";
    if (asks && current === null && activity !== "clearing" && !isMoving) {
      return () => this.#clear(printer, view);
    }
    if (!queue.armed && queue.rows.length > 0) return () => this.#start(printer, view);
    // A pause that came too late for its print leaves a machine that says it is paused.
    const isHalted = queue.rows[0]?.reasons.some(({ code }) => code === "paused_print") === true;
    if (current?.state === "paused" || (current === null && isHalted))
      return () => this.#print(view, "resume");
    return null;
  }

  /** Meddles with a print that runs. */
  async meddle({ id, current }: PrinterView): Promise<void> {
    if (current?.state !== "printing") return;
    const what = this.#stage.dice.chance(0.5) ? "cancel" : "pause";
    await this.#print({ id }, what);
  }

  async #print(
    { id }: Pick<PrinterView, "id">,
    what: "cancel" | "pause" | "resume",
  ): Promise<void> {
    const address = `${this.#stage.farm.endpoint(id)}printer/print/${what}`;
    const answer = await fetch(address, { method: "POST" });
    // What the machine answers comes through; only our own failure is one.
    await answer.text();
  }

  /** One that was seen to print is not ordered again, unless the person wants another. */
  async #decide({ id, queue }: PrinterView): Promise<void> {
    const { books, dice, farm } = this.#stage;
    const [open] = queue.decisions;
    if (open === undefined) return;
    const decision = dice.chance(0.25) ? "dismiss" : dice.chance(0.7) ? "retry" : "requeue";
    if (decision === "dismiss") books.give([open.job_id]);
    else books.want(open.filename, 1);
    await farm.client.call("farm.queue.decide", { printer: id, attempt: open.attempt, decision });
  }

  /** Takes off what lies there, then says so. */
  async #clear(printer: SoakPrinter, { id, plate }: PrinterView): Promise<void> {
    const { clock, dice, farm } = this.#stage;
    printer.emptied.push(clock.now());
    const word = { printer: id, state: "clear", revision: plate.revision, grace: dice.chance(0.5) };
    await farm.client.call("farm.plate.set", word);
  }

  /** Moonraker's start may be a word on the plate, so the plate is looked at before. */
  async #start(printer: SoakPrinter, { id }: PrinterView): Promise<void> {
    const { clock, dice, farm } = this.#stage;
    if (dice.chance(0.5)) {
      await farm.client.call("farm.queue.start", { printer: id });
      return;
    }
    printer.emptied.push(clock.now());
    const address = `${farm.endpoint(id)}server/job_queue/start`;
    await (await fetch(address, { method: "POST" })).text();
  }
}
