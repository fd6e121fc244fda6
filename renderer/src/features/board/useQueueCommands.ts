import type { PrinterView, QueueView } from "#shared/contract/farm.ts";
import { useHost } from "../../app/hostAccess.ts";
import { displayName } from "../../format/fileName.ts";
import { useMessages } from "../../i18n/messages.ts";
import type { UploadOptions } from "../../rpc/uploadFile.ts";
import { useAnnouncerStore } from "../../stores/announcerStore.ts";
import { useFarmStore } from "../../stores/farmStore.ts";
import { useUploadStore } from "../../stores/uploadStore.ts";
import { usePrinterCommands } from "./usePrinterCommands.ts";

export interface QueueOrder {
  readonly filename: string;
  readonly copies: number;
  /** Also start the queue: the board's Print. */
  readonly start: boolean;
}

/** Adding jobs to one printer's queue, said aloud for those who cannot see it. */
export function useQueueCommands() {
  const { call, upload, address } = useHost();
  const farm = useFarmStore();
  const uploads = useUploadStore();
  const announcer = useAnnouncerStore();
  const { attempt } = usePrinterCommands();
  const { t } = useMessages();

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

  /**
   * Sends files to the printer's library and queues them there, in this order, whichever arrives first. Their
   * rows tell how it goes; one that fails or is cancelled holds up none behind it.
   */
  function uploadAndPost(
    printer: PrinterView,
    files: readonly File[],
    order: Omit<QueueOrder, "filename">,
  ): Promise<void> {
    const url = `${address.http}/printers/${printer.id}/server/files/upload`;
    let last = Promise.resolve();
    for (const file of files) {
      const before = last;
      const send = async (options: Omit<UploadOptions, "url">): Promise<void> => {
        const answer = await upload({ url, ...options });
        await before;
        options.signal.throwIfAborted();
        await postOrThrow(printer, { ...order, filename: answer.item.path });
      };
      last = uploads.run({ printer: printer.id, file, send });
    }
    return last;
  }

  return { post, uploadAndPost };
}
