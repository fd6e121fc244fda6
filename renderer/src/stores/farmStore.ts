import type { FarmChanged, FarmSnapshot, PrinterLive, PrinterView } from "#shared/contract/farm.ts";
import type { QueueView } from "#shared/contract/farm.ts";
import { defineStore } from "pinia";
import { computed, shallowReactive, shallowRef, toRaw } from "vue";
import { sameButLive } from "./sameButLive.ts";

/**
 * What the host says about the printers. Snapshots are frozen and replaced whole, one map entry per
 * printer; what moves four times a second lies in a map of its own, so that it re-renders nothing else.
 */
export const useFarmStore = defineStore("farm", () => {
  const views = shallowReactive(new Map<string, PrinterView>());
  const live = shallowReactive(new Map<string, PrinterLive>());
  /** Ids in board order; replaced only when the order really changes. */
  const ids = shallowRef<readonly string[]>([]);
  const version = shallowRef("");
  const storeNotice = shallowRef<string | null>(null);
  /** False until the first snapshot: an empty farm and an unknown one look different. */
  const known = shallowRef(false);
  /** Host's clock minus ours, in milliseconds. */
  const clockOffset = shallowRef(0);

  const count = computed(() => ids.value.length);
  /** The printers in board order. */
  const inOrder = computed(() => ids.value.flatMap((id) => views.get(id) ?? []));

  function applySnapshot(snapshot: FarmSnapshot, receivedAt: number): void {
    const present = new Set<string>(snapshot.printers.map((printer) => printer.id));
    for (const id of views.keys()) if (!present.has(id)) forget(id);
    for (const printer of snapshot.printers) put(printer);
    version.value = snapshot.version;
    storeNotice.value = snapshot.store_notice;
    clockOffset.value = snapshot.now * 1000 - receivedAt;
    known.value = true;
    sort();
  }

  /** What the host announced, oldest first. A command's answer may have come before its announcement. */
  function applyChanges(changes: readonly FarmChanged[]): void {
    const latest = new Map<string, PrinterView>();
    for (const { id, printer } of changes) {
      latest.delete(id);
      if (printer === null) forget(id);
      else latest.set(id, printer);
    }
    for (const printer of latest.values()) if (!isOlder(printer)) put(printer);
    sort();
  }

  function applyLive(moved: readonly PrinterLive[]): void {
    for (const printer of moved) {
      if (views.has(printer.id)) live.set(printer.id, Object.freeze(printer));
    }
  }

  /** A command's own answer, so that the board does not wait for the notification. Older ones are ignored. */
  function applyQueue(id: string, queue: QueueView): void {
    const view = views.get(id);
    if (view !== undefined && queue.revision > view.queue.revision) put({ ...view, queue });
  }

  function applyView(printer: PrinterView): void {
    if (isOlder(printer)) return;
    put(printer);
    sort();
  }

  function isOlder(printer: PrinterView): boolean {
    const known = views.get(printer.id);
    return known !== undefined && printer.queue.revision < known.queue.revision;
  }

  function put(printer: PrinterView): void {
    const known = views.get(printer.id);
    if (known === undefined || !sameButLive(known, printer)) {
      views.set(printer.id, Object.freeze(printer));
    }
    live.set(printer.id, Object.freeze(liveOf(printer)));
  }

  /** Its live data now, for who looks from time to time and need not follow every report. */
  function peekLive(id: string): PrinterLive | undefined {
    return toRaw(live).get(id);
  }

  function forget(id: string): void {
    views.delete(id);
    live.delete(id);
  }

  function sort(): void {
    const sorted = [...views.values()]
      .sort((a, b) => a.order - b.order || a.name.localeCompare(b.name))
      .map((printer) => printer.id);
    const same =
      sorted.length === ids.value.length && sorted.every((id, index) => id === ids.value[index]);
    if (!same) ids.value = Object.freeze(sorted);
  }

  return {
    views,
    live,
    ids,
    version,
    storeNotice,
    known,
    clockOffset,
    count,
    inOrder,
    applySnapshot,
    applyChanges,
    applyLive,
    applyQueue,
    applyView,
    peekLive,
  };
});

/** The live part as the snapshot has it. */
function liveOf(printer: PrinterView): PrinterLive {
  const { current } = printer;
  return {
    id: printer.id,
    progress: current?.progress ?? null,
    print_duration: current?.print_duration ?? null,
    remaining: current?.remaining ?? null,
    transfer: current?.transfer ?? null,
    layer: current?.layer ?? null,
    temperatures: printer.temperatures,
  };
}
