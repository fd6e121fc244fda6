import type { PrinterView } from "#shared/contract/farm.ts";
import { computed, type ComputedRef } from "vue";
import { useClockStore } from "../../stores/clockStore.ts";
import { freeAt, queueTimes, type QueueTimes } from "./queueTimes.ts";
import { useLive } from "./useLive.ts";

const STEP = 15_000;

/** Finish times of a queue as time goes on; unknown while the queue is paused or the machine is away. */
export function useQueueTimes(printer: () => PrinterView): ComputedRef<QueueTimes> {
  const live = useLive(() => printer().id);
  const clock = useClockStore();
  // In whole steps, so that four status updates a second do not re-render every row.
  const from = computed(() => {
    const remaining = live.value?.remaining ?? null;
    const free = freeAt(printer(), remaining, clock.quarter);
    return free === null ? null : Math.ceil(free / STEP) * STEP;
  });
  return computed(() => queueTimes(printer().queue, from.value));
}
