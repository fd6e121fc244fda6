import type { PrinterView } from "#shared/contract/farm.ts";
import type { CopyId } from "#shared/domain/ids.ts";
import { defineStore } from "pinia";
import { computed, shallowRef } from "vue";
import { useFarmStore } from "../../stores/farmStore.ts";
import type { Row } from "./queueItems.ts";

/** Selected jobs of one printer, in queue order. */
export interface SelectedJobs {
  readonly printer: PrinterView;
  readonly rows: readonly Row[];
}

/** The jobs that are selected, in any number of columns. Those that leave their queue drop out. */
export const useSelectionStore = defineStore("selection", () => {
  const farm = useFarmStore();
  /** Copy to its printer. */
  const chosen = shallowRef<ReadonlyMap<CopyId, string>>(new Map());
  /** Where a range began. */
  const anchor = shallowRef<CopyId | null>(null);

  const jobs = computed((): readonly SelectedJobs[] => {
    const ids = new Set(chosen.value.values());
    return [...ids].flatMap((id) => {
      const printer = farm.views.get(id);
      const rows = printer?.queue.rows.filter((row) => chosen.value.has(row.job_id)) ?? [];
      return printer === undefined || rows.length === 0 ? [] : [{ printer, rows }];
    });
  });
  const count = computed(() => jobs.value.reduce((sum, { rows }) => sum + rows.length, 0));

  function has(id: CopyId): boolean {
    return chosen.value.has(id);
  }

  /** Selects these copies of one printer and nothing else. */
  function only(printer: string, ids: readonly CopyId[], from: CopyId | null = ids[0] ?? null) {
    chosen.value = new Map(ids.map((id) => [id, printer]));
    anchor.value = from;
  }

  /** Adds these copies, or takes them out when all of them are in. */
  function toggle(printer: string, ids: readonly CopyId[]): void {
    const next = new Map(chosen.value);
    const all = ids.every((id) => next.has(id));
    for (const id of ids) {
      if (all) next.delete(id);
      else next.set(id, printer);
    }
    chosen.value = next;
    anchor.value = ids[0] ?? null;
  }

  /** Selected copies that now wait at another printer stay selected there. */
  function rehome(ids: readonly CopyId[], printer: string): void {
    const moved = ids.filter((id) => chosen.value.has(id));
    if (moved.length === 0) return;
    chosen.value = new Map([...chosen.value, ...moved.map((id) => [id, printer] as const)]);
  }

  function clear(): void {
    if (chosen.value.size === 0) return;
    chosen.value = new Map();
    anchor.value = null;
  }

  return { anchor, jobs, count, has, only, toggle, rehome, clear };
});
