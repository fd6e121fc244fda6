import type { JobQueueStatus, jobQueueMethods } from "#shared/contract/jobQueue.ts";
import { CopyId } from "#shared/domain/ids.ts";
import type { FarmPrinter } from "../../engine/farm.ts";
import type { QueueCommand } from "../../engine/queueEngine.ts";
import { requirePrinter, type Call, type HandlersOf } from "../call.ts";
import type { HandlerParts } from "../parts.ts";
import type { ReceivedLists } from "../receivedLists.ts";
import { queueItems } from "../queueItems.ts";
import { QueueAnswer } from "../queueTexts.ts";

/** Moonraker's job queue, over the engine of the printer addressed. */
export function jobQueueHandlers(parts: HandlerParts): HandlersOf<typeof jobQueueMethods> {
  const { clock, library, printerFiles, listsByAddress, queueTexts } = parts;
  const listsOf = (call: Call, { id }: FarmPrinter): ReceivedLists =>
    (call.session?.lists ?? listsByAddress.of(call.remoteAddress)).of(id);

  const status = (call: Call, printer: FarmPrinter): JobQueueStatus => {
    const { snapshot } = printer.engine;
    const { copies } = snapshot.stored;
    const lists = listsOf(call, printer);
    // Of callers without a session only the last answer counts: several clients may share an address.
    if (call.session === null) lists.replaceAll(copies, clock.monotonic());
    else lists.remember(copies, clock.monotonic());
    return new QueueAnswer(queueTexts, snapshot, clock.now());
  };
  const apply = async (call: Call, command: QueueCommand): Promise<JobQueueStatus> => {
    const printer = requirePrinter(call);
    const snapshot = await printer.engine.apply(command, call.actor);
    listsOf(call, printer).replaceAll(snapshot.stored.copies, clock.monotonic());
    return new QueueAnswer(queueTexts, snapshot, clock.now());
  };

  return {
    "server.job_queue.status": (_, call) =>
      call.printer === null
        ? { queued_jobs: [], queue_state: "paused" }
        : status(call, call.printer),
    "server.job_queue.post_job": async ({ filenames, reset }, call) => {
      const printer = requirePrinter(call);
      for (const filename of new Set(filenames)) await printerFiles.bringIn(printer, filename);
      const items = queueItems(library, printer.id, filenames);
      if (reset) {
        const base = listsOf(call, printer).baseOf(filenames, clock.monotonic());
        return apply(call, { kind: "replace", base, items });
      }
      return apply(call, { kind: "post", items, at: "end", hold: null, note: "", start: false });
    },
    "server.job_queue.delete_job": ({ all, job_ids }, call) =>
      apply(call, {
        kind: "remove",
        copies: all ? "all" : job_ids.map(copyIdOf),
        strict: false,
      }),
    "server.job_queue.pause": (_, call) => apply(call, { kind: "pause" }),
    "server.job_queue.start": (_, call) =>
      apply(call, { kind: "start", mayClearPlate: true, receivedAt: call.receivedAt }),
    "server.job_queue.jump": ({ job_id }, call) => apply(call, { kind: "jump", copy: job_id }),
  };
}

/** No job ever has it: ids start with the time. */
const NO_COPY = CopyId.parse("0".repeat(16));

/** Text that is no id names no job; like an unknown id it is ignored, and announced all the same. */
function copyIdOf(id: string): CopyId {
  return CopyId.safeParse(id).data ?? NO_COPY;
}
