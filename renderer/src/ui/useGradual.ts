import { onScopeDispose, shallowRef, type ShallowRef, watch } from "vue";

/**
 * Which of many heavy elements exist by now: those that were there stay, new ones join a few per frame,
 * so that a click that brings hundreds is painted at once and the rest fills in behind it.
 */
export function useGradual(
  keys: () => readonly string[],
  perFrame: number,
): Readonly<ShallowRef<ReadonlySet<string>>> {
  const present = shallowRef<ReadonlySet<string>>(new Set());
  let frame = 0;

  function admit(): void {
    frame = 0;
    const next = new Set<string>();
    let joined = 0;
    let isWhole = true;
    for (const key of keys()) {
      if (present.value.has(key)) next.add(key);
      else if (joined < perFrame) {
        next.add(key);
        joined++;
      } else isWhole = false;
    }
    if (joined > 0 || next.size !== present.value.size) present.value = next;
    if (!isWhole) frame = requestAnimationFrame(admit);
  }

  watch(
    keys,
    () => {
      cancelAnimationFrame(frame);
      admit();
    },
    { immediate: true },
  );
  onScopeDispose(() => cancelAnimationFrame(frame));
  return present;
}
