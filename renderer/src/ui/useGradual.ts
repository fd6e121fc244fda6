import { onScopeDispose, shallowRef, type ShallowRef, watch } from "vue";
import { afterPaint, nextFrame, painted } from "./frames.ts";

/** Milliseconds of one frame for new elements: half of what would be felt, for what nobody can foresee. */
const BUDGET = 16;

/**
 * Which of many heavy elements exist by now: those that were there stay, `first` new ones join at once, so
 * that a click that brings hundreds is painted at once, and the rest fills in behind it. How many join per
 * frame follows from what the ones before took, with scripts, layout and paint: a slow computer gets fewer,
 * but never fewer than `first`: a frame of a full page takes its time with one of them as well. `most` per
 * frame where they differ so much that those before say nothing of those to come.
 */
export function useGradual(
  keys: () => readonly string[],
  first: number,
  most = Number.POSITIVE_INFINITY,
): Readonly<ShallowRef<ReadonlySet<string>>> {
  const present = shallowRef<ReadonlySet<string>>(new Set());
  /** Filling that a newer list of keys, or the end, has overtaken stops by itself. */
  let run = 0;

  async function fill(): Promise<void> {
    const mine = ++run;
    if (admit(first).isWhole) return;
    // The click's own picture comes first.
    await painted();
    for (let share = first; ;) {
      await nextFrame();
      if (mine !== run) return;
      const started = performance.now();
      const { joined, isWhole } = admit(share);
      if (isWhole) return;
      await afterPaint();
      share = Math.min(most, Math.max(first, nextShare(joined, performance.now() - started)));
    }
  }

  function admit(atMost: number): { readonly joined: number; readonly isWhole: boolean } {
    const next = new Set<string>();
    let joined = 0;
    let isWhole = true;
    for (const key of keys()) {
      if (present.value.has(key)) next.add(key);
      else if (joined < atMost) {
        next.add(key);
        joined++;
      } else isWhole = false;
    }
    if (joined > 0 || next.size !== present.value.size) present.value = next;
    return { joined, isWhole };
  }

  watch(keys, () => void fill(), { immediate: true });
  onScopeDispose(() => run++);
  return present;
}

/** How many may join next when `joined` of them took `elapsed` milliseconds; twice as many at most. */
export function nextShare(joined: number, elapsed: number): number {
  const affordable = Math.floor((joined * BUDGET) / Math.max(elapsed, 1));
  return Math.max(1, Math.min(2 * joined, affordable));
}
