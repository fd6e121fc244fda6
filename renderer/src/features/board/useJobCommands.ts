import type { PrinterView, QueueView } from "#shared/contract/farm.ts";
import type { CopyId } from "#shared/domain/ids.ts";
import { useHost } from "../../app/hostAccess.ts";
import { useMessages } from "../../i18n/messages.ts";
import { useAnnouncerStore } from "../../stores/announcerStore.ts";
import { useFarmStore } from "../../stores/farmStore.ts";
import { useToastStore } from "../../stores/toastStore.ts";
import { type Edit, useEditHistory } from "./editHistoryStore.ts";
import { usePendingStore } from "./pendingStore.ts";
import type { QueueEdit } from "./queueEdits.ts";
import type { Row } from "./queueItems.ts";
import { type SelectedJobs, useSelectionStore } from "./selectionStore.ts";
import { useHostEdits } from "./useHostEdits.ts";
import { useJobTitle } from "./useJobTitle.ts";
import { useUndo } from "./useUndo.ts";

/** Milliseconds in which a toast offers to take something back. */
const UNDO_SHOWN = 8000;

/**
 * What an operator does with waiting jobs, one or many, of one queue or several. Every change is on
 * screen at once; when the host refuses, the queue is shown as it is again and a toast says why.
 * Locked copies are left out of every change. None of these rejects.
 */
export function useJobCommands() {
  const { call } = useHost();
  const farm = useFarmStore();
  const pending = usePendingStore();
  const selection = useSelectionStore();
  const toasts = useToastStore();
  const announcer = useAnnouncerStore();
  const history = useEditHistory();
  const hostEdits = useHostEdits();
  const { undo } = useUndo();
  const titleOf = useJobTitle();
  const { t, plural, said } = useMessages();

  /** Shows edits while `run` is under way. True when the host agreed. */
  async function tried(
    what: string,
    edits: readonly (readonly [string, QueueEdit])[],
    run: () => Promise<void>,
  ): Promise<boolean> {
    const ends = edits.map(([printer, edit]) => pending.begin(printer, edit));
    try {
      await run();
      return true;
    } catch (error) {
      toasts.show({ tone: "bad", text: t("done.failed", { what, reason: said(error) }) });
      return false;
    } finally {
      for (const end of ends) end();
    }
  }

  /** One change of one queue, which the host itself can take back. Undefined when it refused. */
  async function edit(
    printer: PrinterView,
    what: string,
    shown: readonly QueueEdit[],
    run: () => Promise<QueueView>,
  ): Promise<Edit | undefined> {
    const edits = shown.map((each) => [printer.id, each] as const);
    const done = await tried(what, edits, async () => {
      farm.applyQueue(printer.id, await run());
    });
    return done ? hostEdits.last(printer.id, what) : undefined;
  }

  /** Only the newest edit can be taken back, so only the newest toast offers it. */
  function offerUndo(text: string, made: Edit): void {
    announcer.say(text);
    if (history.offer !== null) toasts.dismiss(history.offer);
    const action = { label: t("undo.undo"), run: () => void undo(made) };
    history.offer = toasts.show({ text, duration: UNDO_SHOWN, action });
  }

  /** Moves copies of this queue before another one, null = to the end. */
  async function move(
    printer: PrinterView,
    rows: readonly Row[],
    before: CopyId | null,
  ): Promise<void> {
    const job_ids = idsOf(rows.filter((row) => !row.locked));
    if (job_ids.length === 0) return;
    const name = titleOf(rows);
    const made = await edit(printer, name, [{ kind: "move", ids: job_ids, before }], () =>
      call("farm.queue.move", { printer: printer.id, job_ids, before }),
    );
    if (made === undefined) return;
    history.record(made);
    sayPlace(printer.id, name, job_ids);
  }

  /** Puts jobs, from wherever they wait, before a copy of this queue; null = to its end. */
  async function take(
    printer: PrinterView,
    jobs: readonly SelectedJobs[],
    before: CopyId | null,
  ): Promise<void> {
    for (const one of jobs) {
      if (one.printer.id === printer.id) await move(printer, one.rows, before);
      else await bring(one, printer, before);
    }
  }

  async function bring(from: SelectedJobs, to: PrinterView, before: CopyId | null): Promise<void> {
    const rows = from.rows.filter((row) => !row.locked);
    if (rows.length === 0) return;
    const name = titleOf(rows);
    const ids = idsOf(rows);
    const back = followerOf(from.printer, ids);
    const shown = [
      [from.printer.id, { kind: "remove", ids }],
      [to.id, { kind: "insert", rows, before }],
    ] as const;
    const done = await tried(name, shown, () =>
      hostEdits.transfer({ from: from.printer.id, to: to.id, job_ids: ids, before }),
    );
    if (!done) return;
    selection.rehome(ids, to.id);
    const made: Edit = {
      what: name,
      undo: () =>
        hostEdits.transfer({ from: to.id, to: from.printer.id, job_ids: ids, before: back }),
      redo: () => hostEdits.transfer({ from: from.printer.id, to: to.id, job_ids: ids, before }),
    };
    history.record(made);
    offerUndo(t("queue.brought", { name, printer: to.name }), made);
  }

  async function remove(jobs: readonly SelectedJobs[]): Promise<void> {
    for (const { printer, rows } of unlocked(jobs)) {
      const ids = idsOf(rows);
      const name = titleOf(rows);
      const made = await edit(printer, name, [{ kind: "remove", ids }], () =>
        call("farm.queue.remove", { printer: printer.id, job_ids: ids }),
      );
      if (made === undefined) continue;
      history.record(made);
      offerUndo(t("queue.removed", { name, printer: printer.name }), made);
    }
  }

  /** Holds the jobs of these copies with a reason, or releases them with null. */
  async function hold(jobs: readonly SelectedJobs[], reason: string | null): Promise<void> {
    for (const { printer, rows } of unlocked(jobs)) {
      const ids = idsOf(rows);
      const name = titleOf(rows);
      const made = await edit(printer, name, [{ kind: "hold", ids, hold: reason }], () =>
        call("farm.queue.hold", { printer: printer.id, job_ids: ids, hold: reason }),
      );
      if (made === undefined) continue;
      history.record(made);
      announcer.say(t(reason === null ? "bulk.released" : "bulk.held", { name }));
    }
  }

  /** Says how many copies of each of these jobs are to wait. */
  async function setCopies(jobs: readonly SelectedJobs[], copies: number): Promise<void> {
    for (const { printer, rows } of unlocked(jobs)) {
      for (const job of new Set(rows.map((row) => row.job))) {
        const name = titleOf(rows.filter((row) => row.job === job).slice(0, 1));
        const made = await edit(printer, name, [], () =>
          call("farm.queue.set_copies", { printer: printer.id, job, copies }),
        );
        if (made === undefined) continue;
        history.record(made);
        announcer.say(`${name}: ${plural("queue.copyCount", copies)}`);
      }
    }
  }

  /** Writes a note on these jobs; "" takes it away. */
  async function note(jobs: readonly SelectedJobs[], text: string): Promise<void> {
    for (const { printer, rows } of unlocked(jobs)) {
      const ids = idsOf(rows);
      const name = titleOf(rows);
      const made = await edit(printer, name, [{ kind: "note", ids, note: text }], () =>
        call("farm.queue.note", { printer: printer.id, job_ids: ids, note: text }),
      );
      if (made === undefined) continue;
      history.record(made);
      announcer.say(t(text === "" ? "note.gone" : "note.saved", { name }));
    }
  }

  /** Releases jobs that are held because their file seems to be made for another machine. */
  async function printAnyway(jobs: readonly SelectedJobs[]): Promise<void> {
    for (const { printer, rows } of unlocked(jobs)) {
      const params = { printer: printer.id, job_ids: idsOf(rows) };
      await edit(printer, titleOf(rows), [], () => call("farm.queue.print_anyway", params));
    }
  }

  function sayPlace(printer: string, name: string, ids: readonly CopyId[]): void {
    const rows = farm.views.get(printer)?.queue.rows ?? [];
    const place = rows.findIndex((row) => row.job_id === ids[0]) + 1;
    announcer.say(t("queue.moved", { name, place, count: rows.length }));
  }

  return {
    move: history.tracked(move),
    take: history.tracked(take),
    remove: history.tracked(remove),
    hold: history.tracked(hold),
    note: history.tracked(note),
    setCopies: history.tracked(setCopies),
    printAnyway: history.tracked(printAnyway),
    titleOf,
  };
}

function idsOf(rows: readonly Row[]): CopyId[] {
  return rows.map((row) => row.job_id);
}

function unlocked(jobs: readonly SelectedJobs[]): readonly SelectedJobs[] {
  return jobs
    .map(({ printer, rows }) => ({ printer, rows: rows.filter((row) => !row.locked) }))
    .filter(({ rows }) => rows.length > 0);
}

/** The copy that stands behind the last of these and is none of them: where they go back to. */
function followerOf(printer: PrinterView, ids: readonly CopyId[]): CopyId | null {
  const { rows } = printer.queue;
  const last = rows.findLastIndex((row) => ids.includes(row.job_id));
  return rows[last + 1]?.job_id ?? null;
}
