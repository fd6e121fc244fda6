import type { Clock } from "#shared/util/clock.ts";
import { type Disposable, toDisposable } from "#shared/util/disposable.ts";

/** How many are called at once, and milliseconds until the next ones. */
const CALLED_AT_ONCE = 8;
const BETWEEN_CALLS = 15;

/**
 * Calls all of them, a few at a time: hundreds at once would keep everyone else waiting. The first few are
 * called in this turn. Disposing it leaves the rest uncalled.
 */
export function callInTurn<T>(clock: Clock, all: readonly T[], call: (one: T) => void): Disposable {
  let next: Disposable | undefined;
  const callFrom = (place: number): void => {
    for (const one of all.slice(place, place + CALLED_AT_ONCE)) call(one);
    const then = place + CALLED_AT_ONCE;
    if (then < all.length) next = clock.setTimer(BETWEEN_CALLS, () => callFrom(then));
  };
  callFrom(0);
  return toDisposable(() => next?.dispose());
}
