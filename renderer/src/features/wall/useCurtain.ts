import { onScopeDispose, type ShallowRef, shallowRef, watch } from "vue";
import { nextFrame, painted } from "../../ui/frames.ts";
import { useScreenIsShown } from "../../ui/screenIsShown.ts";

/** Pictures in which a wall that comes back is drawn. */
const PICTURES = 3;

/**
 * How much of the wall's window is drawn, from its top: 1 is all of it. Seen again after another screen,
 * three hundred tiles at once are the longest picture of all; a third of them each is there as soon for the
 * eye, and a click in between does not wait.
 */
export function useCurtain(): Readonly<ShallowRef<number>> {
  const isShown = useScreenIsShown();
  const share = shallowRef(1);
  /** A wall that is left again while it opens stays closed. */
  let run = 0;
  async function open(): Promise<void> {
    const mine = ++run;
    await painted();
    for (let part = 2; part <= PICTURES; part++) {
      await nextFrame();
      if (mine !== run) return;
      share.value = part / PICTURES;
    }
  }
  watch(isShown, (is) => {
    if (is) void open();
    else {
      run++;
      share.value = 1 / PICTURES;
    }
  });
  onScopeDispose(() => run++);
  return share;
}
