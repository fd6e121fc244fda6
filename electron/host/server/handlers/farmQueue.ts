import type { farmMethods } from "#shared/contract/farmMethods.ts";
import { PlateWord, type QueueView } from "#shared/contract/farm.ts";
import type { CopyId, PrinterId } from "#shared/domain/ids.ts";
import type { FarmPrinter } from "../../engine/farm.ts";
import type { QueueCommand, Way } from "../../engine/queueEngine.ts";
import type { Call, HandlersOf } from "../call.ts";
import type { JournalEntry } from "../../store/queueStore.ts";
import { unknownPrinter } from "../dispatcher.ts";
import type { HandlerParts } from "../parts.ts";
import { queueItem } from "../queueItems.ts";

type FarmQueueMethods = {
  [
    M in keyof typeof farmMethods as M extends `farm.${"queue" | "plate"}.${string}` ? M : never
  ]: (typeof farmMethods)[M];
};

/** Queues and plates beyond Moonraker's words. */
export function farmQueueHandlers(parts: HandlerParts): HandlersOf<FarmQueueMethods> {
  const find = (id: PrinterId): FarmPrinter => {
    const printer = parts.farm.get(id);
    if (printer === undefined) throw unknownPrinter(id);
    return printer;
  };
  const apply = async (id: PrinterId, command: QueueCommand, call: Call): Promise<QueueView> => {
    const printer = find(id);
    await printer.engine.apply(command, call.actor);
    return printer.view().queue;
  };

  const revert = async (id: PrinterId, way: Way, call: Call): Promise<QueueView> => {
    find(id);
    await parts.farm.revert(id, way, call.actor);
    return find(id).view().queue;
  };

  return {
    "farm.queue.status": ({ printer }) => find(printer).view().queue,
    "farm.queue.post": async ({ printer, files, start, front, hold, note }, call) => {
      const target = find(printer);
      const { id } = target;
      for (const { filename } of files) await parts.printerFiles.bringIn(target, filename);
      const items = files.map((file) => queueItem(parts.library, id, file.filename, file.copies));
      const at = front ? "head" : "end";
      return apply(printer, { kind: "post", items, at, hold, note, start }, call);
    },
    "farm.queue.remove": ({ printer, job_ids }, call) =>
      apply(printer, { kind: "remove", copies: job_ids, strict: true }, call),
    "farm.queue.move": ({ printer, job_ids, before }, call) =>
      apply(printer, { kind: "move", copies: job_ids, before }, call),
    "farm.queue.hold": ({ printer, job_ids, hold }, call) =>
      apply(printer, { kind: "hold", copies: job_ids, hold }, call),
    "farm.queue.note": ({ printer, job_ids, note }, call) =>
      apply(printer, { kind: "note", copies: job_ids, note }, call),
    "farm.queue.set_copies": ({ printer, job, copies }, call) =>
      apply(printer, { kind: "set_copies", job, count: copies }, call),
    "farm.queue.print_anyway": ({ printer, job_ids }, call) =>
      apply(printer, { kind: "print_anyway", copies: job_ids }, call),
    "farm.queue.transfer": async ({ from, to, job_ids, before }, call) => {
      const [source, target] = [find(from), find(to)];
      await enterNames(parts.library, source, target, job_ids);
      await source.engine.transfer(target.engine, job_ids, before, call.actor);
      return { from: source.view().queue, to: target.view().queue };
    },
    "farm.queue.undo": ({ printer }, call) => revert(printer, "undo", call),
    "farm.queue.redo": ({ printer }, call) => revert(printer, "redo", call),
    "farm.queue.start": ({ printer }, call) =>
      apply(printer, { kind: "start", mayClearPlate: false, receivedAt: call.receivedAt }, call),
    "farm.queue.pause": ({ printer }, call) => apply(printer, { kind: "pause" }, call),
    "farm.queue.decide": ({ printer, attempt, decision, good_parts: goodParts }, call) => {
      const counted = goodParts === undefined ? {} : { goodParts };
      return apply(printer, { kind: "decide", attempt, decision, ...counted }, call);
    },
    "farm.plate.set": async ({ printer, good_parts: goodParts, ...word }, call) => {
      const found = find(printer);
      const counted = goodParts === undefined ? {} : { goodParts };
      await found.engine.apply({ kind: "set_plate", ...word, ...counted }, call.actor);
      return found.view();
    },
    "farm.plate.history": ({ printer, limit }) => {
      find(printer);
      const entries = parts.history.journal(printer, limit, "plate_set");
      return { words: entries.flatMap(plateWord) };
    },
  };
}

/** Entries of earlier versions that say less are left out. */
function plateWord({ at, actor, data }: JournalEntry): PlateWord[] {
  const word = RecordedWord.safeParse(data);
  return word.success ? [{ at: at / 1000, by: actor.name, ...word.data }] : [];
}
const RecordedWord = PlateWord.pick({ state: true, reason: true });

/**
 * Enters the files of copies in the tree of the printer they move to. A name that stands for other bytes
 * there is left alone: a queued copy keeps its own content whatever its name stands for.
 */
async function enterNames(
  library: HandlerParts["library"],
  source: FarmPrinter,
  target: FarmPrinter,
  ids: readonly CopyId[],
): Promise<void> {
  const moved = new Set(ids);
  for (const copy of source.engine.snapshot.stored.copies) {
    if (!moved.has(copy.id) || library.find(target.id, copy.filename) !== undefined) continue;
    await library.link(target.id, copy.filename, copy.contentHash);
  }
}
