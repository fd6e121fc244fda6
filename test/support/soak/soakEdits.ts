import type { PrinterView } from "#shared/contract/farm.ts";
import type { SoakSlicer } from "./soakSlicer.ts";
import type { SoakStage } from "./soakStage.ts";

type Edit = (view: PrinterView) => Promise<unknown>;

/** Everything people and programs do to a queue besides filling it. */
export class SoakEdits {
  readonly done = new Map<string, number>();
  readonly #stage: SoakStage;
  readonly #slicer: SoakSlicer;
  readonly #edits: Readonly<Record<string, Edit>>;

  constructor(stage: SoakStage, slicer: SoakSlicer) {
    this.#stage = stage;
    this.#slicer = slicer;
    this.#edits = {
      move: (view) => this.#move(view),
      jump: (view) => this.#jump(view),
      hold: (view) => this.#hold(view),
      remove: (view) => this.#remove(view),
      copies: (view) => this.#setCopies(view),
      reset: (view) => this.#reset(view),
      transfer: (view) => this.#transfer(view),
      undo: (view) => this.#revert(view, "undo"),
      redo: (view) => this.#revert(view, "redo"),
      pause: ({ id }) => this.#call("farm.queue.pause", { printer: id }),
    };
  }

  /** One edit at random; what it would change must be there. */
  async edit(view: PrinterView): Promise<void> {
    const name = this.#stage.dice.pick(Object.keys(this.#edits)) ?? "";
    if (view.queue.rows.length === 0 && name !== "undo") return;
    this.done.set(name, (this.done.get(name) ?? 0) + 1);
    await this.#edits[name]?.(view);
  }

  /** Lets go of everything held, so that all may print. */
  async release({ id, queue }: PrinterView): Promise<void> {
    const held = queue.rows.filter((row) => row.hold !== null).map((row) => row.job_id);
    if (held.length === 0) return;
    await this.#call("farm.queue.hold", { printer: id, job_ids: held, hold: null });
  }

  #call(method: string, params: object): Promise<unknown> {
    return this.#stage.farm.client.call(method, params);
  }

  #row({ queue }: PrinterView): PrinterView["queue"]["rows"][number] {
    const row = this.#stage.dice.pick(queue.rows);
    if (row === undefined) throw new Error("There is no row to edit");
    return row;
  }

  #move(view: PrinterView): Promise<unknown> {
    const { job_id: before } = this.#row(view);
    const job_ids = [this.#row(view).job_id];
    return this.#call("farm.queue.move", { printer: view.id, job_ids, before });
  }

  #jump(view: PrinterView): Promise<unknown> {
    const { job_id } = this.#row(view);
    const address = `${this.#stage.farm.endpoint(view.id)}server/job_queue/jump?job_id=${job_id}`;
    return fetch(address, { method: "POST" }).then((answer) => answer.text());
  }

  #hold(view: PrinterView): Promise<unknown> {
    const { job_id, hold } = this.#row(view);
    const text = hold === null ? "waits for filament" : null;
    return this.#call("farm.queue.hold", { printer: view.id, job_ids: [job_id], hold: text });
  }

  #remove(view: PrinterView): Promise<unknown> {
    const { job_id } = this.#row(view);
    this.#stage.books.give([job_id]);
    return this.#call("farm.queue.remove", { printer: view.id, job_ids: [job_id] });
  }

  #setCopies(view: PrinterView): Promise<unknown> {
    const { job, filename } = this.#row(view);
    const { books, dice } = this.#stage;
    const copies = dice.between(0, 3);
    const waiting = view.queue.rows.filter((row) => row.job === job).map((row) => row.job_id);
    if (copies > waiting.length) books.want(filename, copies - waiting.length);
    else books.give(waiting);
    return this.#call("farm.queue.set_copies", { printer: view.id, job, copies });
  }

  /** As Mainsail orders anew: the whole list by its names, perhaps without one, perhaps with one more. */
  async #reset({ id, queue }: PrinterView): Promise<void> {
    const { books, dice } = this.#stage;
    const { queued_jobs: jobs } = await this.#slicer.list(id);
    const filenames = dice.shuffled(jobs.map((job) => job.filename));
    const again = filenames[0];
    if (again === undefined) return;
    const kind = dice.next();
    if (kind < 0.3) {
      filenames.shift();
      const known = [...queue.rows, ...jobs];
      books.give(known.filter((row) => row.filename === again).map((row) => row.job_id));
    } else if (kind < 0.5) {
      books.want(again, 1);
      filenames.push(again);
    }
    if (filenames.length > 0) await this.#slicer.post(id, { filenames, reset: true });
  }

  async #transfer(view: PrinterView): Promise<void> {
    const { dice, printers } = this.#stage;
    const to = dice.pick(printers.filter(({ id }) => id !== view.id))?.id;
    const job_ids = [this.#row(view).job_id];
    await this.#call("farm.queue.transfer", { from: view.id, to, job_ids, before: null });
  }

  /** It may take back an order, or a word that dropped a copy: what is not seen afterwards is given up. */
  #revert({ id, queue }: PrinterView, which: "undo" | "redo"): Promise<unknown> {
    const ids = [...queue.rows, ...queue.decisions].map((one) => one.job_id);
    this.#stage.books.give(ids);
    return this.#call(`farm.queue.${which}`, { printer: id });
  }
}
