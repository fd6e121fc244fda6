import type { PrinterView, QueueRow, QueueView } from "#shared/contract/farm.ts";
import type { CopyId } from "#shared/domain/ids.ts";
import type * as z from "zod";
import { useHost } from "../../app/hostAccess.ts";
import { displayName } from "../../format/fileName.ts";
import { useMessages } from "../../i18n/messages.ts";
import { useAnnouncerStore } from "../../stores/announcerStore.ts";
import { useFarmStore } from "../../stores/farmStore.ts";
import { useToastStore } from "../../stores/toastStore.ts";
import { useUploadStore } from "../../stores/uploadStore.ts";
import { usePrinterCommands } from "./usePrinterCommands.ts";

type Row = z.output<typeof QueueRow>;

export interface QueueOrder {
  readonly filename: string;
  readonly copies: number;
  /** Also start the queue: the board's Print. */
  readonly start: boolean;
}

/** Moving, removing and adding jobs of one printer's queue, said aloud for those who cannot see it. */
export function useQueueCommands() {
  const { call, upload, address } = useHost();
  const farm = useFarmStore();
  const toasts = useToastStore();
  const uploads = useUploadStore();
  const announcer = useAnnouncerStore();
  const { attempt } = usePrinterCommands();
  const { t } = useMessages();

  /** Moves a row before another, null = to the end. */
  function move(printer: PrinterView, row: Row, before: CopyId | null): Promise<void> {
    const name = displayName(row.filename);
    return attempt(name, async () => {
      const params = { printer: printer.id, job_ids: [row.job_id], before };
      const queue = await call("farm.queue.move", params);
      farm.applyQueue(printer.id, queue);
      const place = queue.rows.findIndex((other) => other.job_id === row.job_id) + 1;
      announcer.say(t("queue.moved", { name, place, count: queue.rows.length }));
    });
  }

  /** One place up or down; at the edge, and past a locked row, it stays. */
  async function moveBy(printer: PrinterView, row: Row, step: -1 | 1): Promise<void> {
    const { rows } = printer.queue;
    const index = rows.findIndex((other) => other.job_id === row.job_id);
    const neighbour = rows[index + step];
    if (row.locked || neighbour === undefined || neighbour.locked) return;
    await move(printer, row, step < 0 ? neighbour.job_id : (rows[index + 2]?.job_id ?? null));
  }

  /** To the first place that is not taken by a job on its way to the printer. */
  async function moveToFront(printer: PrinterView, row: Row): Promise<void> {
    const first = printer.queue.rows.find((other) => !other.locked);
    if (row.locked || first === undefined || first.job_id === row.job_id) return;
    await move(printer, row, first.job_id);
  }

  function remove(printer: PrinterView, row: Row): Promise<void> {
    const name = displayName(row.filename);
    return attempt(name, async () => {
      const params = { printer: printer.id, job_ids: [row.job_id] };
      farm.applyQueue(printer.id, await call("farm.queue.remove", params));
      const text = t("queue.removed", { name, printer: printer.name });
      const again = { filename: row.filename, copies: 1, start: false };
      const run = (): void => void post(printer, again);
      toasts.show({ text, duration: 8000, action: { label: t("queue.addAgain"), run } });
      announcer.say(text);
    });
  }

  function post(printer: PrinterView, order: QueueOrder): Promise<void> {
    return attempt(displayName(order.filename), () => postOrThrow(printer, order));
  }

  async function postOrThrow(printer: PrinterView, order: QueueOrder): Promise<void> {
    const { filename, copies, start } = order;
    const files = [{ filename, copies }];
    const queue: QueueView = await call("farm.queue.post", { printer: printer.id, files, start });
    farm.applyQueue(printer.id, queue);
    // No toast: the new row itself is the answer for those who see it.
    announcer.say(t("queue.added", { name: displayName(filename), printer: printer.name }));
  }

  /** Sends a file to the printer's library and queues it there. Its row tells how it goes. */
  function uploadAndPost(
    printer: PrinterView,
    file: File,
    order: Omit<QueueOrder, "filename">,
  ): Promise<void> {
    const url = `${address.http}/printers/${printer.id}/server/files/upload`;
    return uploads.run({
      printer: printer.id,
      file,
      send: async (options) => {
        const answer = await upload({ url, ...options });
        await postOrThrow(printer, { ...order, filename: answer.item.path });
      },
    });
  }

  return { move, moveBy, moveToFront, remove, post, uploadAndPost };
}
