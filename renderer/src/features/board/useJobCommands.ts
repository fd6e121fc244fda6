import type { PrinterView } from "#shared/contract/farm.ts";
import type { CopyId } from "#shared/domain/ids.ts";
import { messageOf } from "#shared/rpc/errors.ts";
import { useHost } from "../../app/hostAccess.ts";
import { displayName } from "../../format/fileName.ts";
import { useMessages } from "../../i18n/messages.ts";
import { useAnnouncerStore } from "../../stores/announcerStore.ts";
import { useFarmStore } from "../../stores/farmStore.ts";
import { useToastStore } from "../../stores/toastStore.ts";
import { usePendingStore } from "./pendingStore.ts";
import type { QueueEdit } from "./queueEdits.ts";
import type { Row } from "./queueItems.ts";
import type { SelectedJobs } from "./selectionStore.ts";

/**
 * What an operator does with waiting jobs, one or many, of one queue or several. Every change is on
 * screen at once; when the host refuses, the queue is shown as it is again and a toast says why.
 * Locked copies are left out of every change. None of these rejects.
 */
export function useJobCommands() {
  const { call } = useHost();
  const farm = useFarmStore();
  const pending = usePendingStore();
  const toasts = useToastStore();
  const announcer = useAnnouncerStore();
  const { t, plural } = useMessages();

  /** Shows an edit while `run` is under way. True when the host agreed. */
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
      toasts.show({ tone: "bad", text: t("done.failed", { what, reason: messageOf(error) }) });
      return false;
    } finally {
      for (const end of ends) end();
    }
  }

  /** Moves copies of this queue before another one, null = to the end. */
  async function move(
    printer: PrinterView,
    rows: readonly Row[],
    before: CopyId | null,
  ): Promise<void> {
    const going = rows.filter((row) => !row.locked);
    if (going.length === 0) return;
    const ids = going.map((row) => row.job_id);
    const done = await tried(titleOf(going), [[printer.id, { kind: "move", ids, before }]], () =>
      call("farm.queue.move", { printer: printer.id, job_ids: [...ids], before }).then((queue) =>
        farm.applyQueue(printer.id, queue),
      ),
    );
    const queue = farm.views.get(printer.id)?.queue;
    if (!done || queue === undefined) return;
    const place = queue.rows.findIndex((row) => row.job_id === ids[0]) + 1;
    announcer.say(t("queue.moved", { name: titleOf(going), place, count: queue.rows.length }));
  }

  /** Whether jobs from these queues can be put into this one. */
  function canTake(printer: PrinterView, jobs: readonly SelectedJobs[]): boolean {
    return jobs.every((one) => one.printer.id === printer.id);
  }

  /** Puts jobs, from wherever they wait, before a copy of this queue. */
  async function take(
    printer: PrinterView,
    jobs: readonly SelectedJobs[],
    before: CopyId | null,
  ): Promise<void> {
    for (const one of jobs) await move(printer, one.rows, before);
  }

  async function remove(selection: readonly SelectedJobs[]): Promise<void> {
    for (const { printer, rows } of unlocked(selection)) {
      const ids = rows.map((row) => row.job_id);
      const done = await tried(titleOf(rows), [[printer.id, { kind: "remove", ids }]], () =>
        call("farm.queue.remove", { printer: printer.id, job_ids: ids }).then((queue) =>
          farm.applyQueue(printer.id, queue),
        ),
      );
      if (!done) continue;
      const text = t("queue.removed", { name: titleOf(rows), printer: printer.name });
      announcer.say(text);
      toasts.show({
        text,
        duration: 8000,
        action: { label: t("queue.addAgain"), run: () => void addAgain(printer, rows) },
      });
    }
  }

  /** Holds the jobs of these copies with a reason, or releases them with null. */
  async function hold(selection: readonly SelectedJobs[], reason: string | null): Promise<void> {
    for (const { printer, rows } of unlocked(selection)) {
      const ids = rows.map((row) => row.job_id);
      const edit = { kind: "hold", ids, hold: reason } as const;
      const done = await tried(titleOf(rows), [[printer.id, edit]], () =>
        call("farm.queue.hold", { printer: printer.id, job_ids: ids, hold: reason }).then((queue) =>
          farm.applyQueue(printer.id, queue),
        ),
      );
      const key = reason === null ? "bulk.released" : "bulk.held";
      if (done) announcer.say(t(key, { name: titleOf(rows) }));
    }
  }

  async function addAgain(printer: PrinterView, rows: readonly Row[]): Promise<void> {
    await tried(titleOf(rows), [], async () => {
      const files = rows.map((row) => ({ filename: row.filename, copies: 1 }));
      farm.applyQueue(printer.id, await call("farm.queue.post", { printer: printer.id, files }));
    });
  }

  /** A name for what is moved: the file's when it is one file, else how many jobs. */
  function titleOf(rows: readonly Row[]): string {
    const [first] = rows;
    if (first === undefined) return "";
    const same = rows.every((row) => row.filename === first.filename);
    if (!same) return plural("select.jobs", rows.length);
    const name = displayName(first.filename);
    return rows.length === 1 ? name : `${rows.length} × ${name}`;
  }

  return { move, canTake, take, remove, hold, titleOf };
}

function unlocked(selection: readonly SelectedJobs[]): readonly SelectedJobs[] {
  return selection
    .map(({ printer, rows }) => ({ printer, rows: rows.filter((row) => !row.locked) }))
    .filter(({ rows }) => rows.length > 0);
}
