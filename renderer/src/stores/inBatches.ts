/** Milliseconds: what arrives within them is shown together. */
const GATHER = 30;

/**
 * Gathers what arrives in bursts, hundreds of messages a second, so that the page is drawn once for many.
 * A timer, not a frame: a hidden page has no frames, and must still hear that somebody is needed.
 */
export function inBatches<T>(apply: (items: readonly T[]) => void): {
  readonly add: (item: T) => void;
  /** Throws away what has not been shown: something newer has arrived. */
  readonly clear: () => void;
} {
  let waiting: T[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    add(item) {
      waiting.push(item);
      timer ??= setTimeout(() => {
        const items = waiting;
        waiting = [];
        timer = undefined;
        apply(items);
      }, GATHER);
    },
    clear() {
      waiting = [];
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
