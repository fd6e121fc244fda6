import { AppError } from "#shared/rpc/errors.ts";
import type { CopyId, PrinterId } from "#shared/domain/ids.ts";
import { useHost } from "../../app/hostAccess.ts";
import { useMessages } from "../../i18n/messages.ts";
import { useFarmStore } from "../../stores/farmStore.ts";
import type { Edit } from "./editHistoryStore.ts";

interface Transfer {
  readonly from: PrinterId;
  readonly to: PrinterId;
  readonly job_ids: CopyId[];
  readonly before: CopyId | null;
}

/** Changes that the host keeps a way back for. All of these reject with the host's words. */
export function useHostEdits() {
  const { call } = useHost();
  const farm = useFarmStore();
  const { t } = useMessages();

  async function transfer(params: Transfer): Promise<void> {
    const { from, to } = await call("farm.queue.transfer", params);
    farm.applyQueue(params.from, from);
    farm.applyQueue(params.to, to);
  }

  /**
   * The change that was just made to a queue. It is taken back only while it is still the last one
   * there: somebody else may have changed the queue since, and theirs is not ours to undo.
   */
  function last(printer: PrinterId, what: string): Edit {
    const word = farm.views.get(printer)?.queue.undo ?? null;
    return {
      what,
      undo: async () => {
        const present = farm.views.get(printer)?.queue.undo ?? null;
        if (present !== word) throw new AppError("conflict", t("undo.changedSince"));
        farm.applyQueue(printer, await call("farm.queue.undo", { printer }));
      },
      redo: async () => {
        farm.applyQueue(printer, await call("farm.queue.redo", { printer }));
      },
    };
  }

  return { transfer, last };
}
