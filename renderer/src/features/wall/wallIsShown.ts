import type { InjectionKey, ShallowRef } from "vue";

/** Whether the wall is the screen that is seen; it is kept while it is not. */
export const WALL_IS_SHOWN: InjectionKey<Readonly<ShallowRef<boolean>>> = Symbol("wall is shown");
