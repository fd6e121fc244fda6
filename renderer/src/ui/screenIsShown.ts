import {
  computed,
  type ComputedRef,
  inject,
  type InjectionKey,
  type Ref,
  shallowRef,
  watch,
} from "vue";

/** Provided by what keeps a screen: whether it is the one that is seen. */
export const SCREEN_IS_SHOWN: InjectionKey<Readonly<Ref<boolean>>> = Symbol("screen is shown");

const ALWAYS = shallowRef(true);

/** Whether the screen one lies on is seen; always, on one that is not kept. */
export function useScreenIsShown(): Readonly<Ref<boolean>> {
  return inject(SCREEN_IS_SHOWN, ALWAYS);
}

/** A value that stands still while its screen is not seen, so that nothing is drawn for nobody. */
export function useStill<T>(value: () => T): ComputedRef<T> {
  const isShown = useScreenIsShown();
  let last: { readonly value: T } | undefined;
  return computed(() => {
    if (isShown.value || last === undefined) last = { value: value() };
    return last.value;
  });
}

/** What lies over a screen goes with it: a dialog, a menu. */
export function useClosedWithScreen(open: Ref<boolean>): void {
  watch(useScreenIsShown(), (isShown) => {
    if (!isShown) open.value = false;
  });
}
