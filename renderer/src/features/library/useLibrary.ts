import type { Result } from "#shared/contract/index.ts";
import { messageOf } from "#shared/rpc/errors.ts";
import { onUnmounted, type Ref, type ShallowRef, shallowRef, watch } from "vue";
import { useHost } from "../../app/hostAccess.ts";
import { useConnectionStore } from "../../stores/connectionStore.ts";

/** Milliseconds until a list with files still being read is asked for again. */
const READING = 900;

type Listing = Result<"farm.library.list">;

/** One tree of the library: loaded when it is opened, and again after every change made here. */
export function useLibrary(tree: Ref<string>): {
  readonly listing: Readonly<ShallowRef<Listing | undefined>>;
  readonly failure: Readonly<ShallowRef<string | undefined>>;
  /** Resolves with the list as it is now, or undefined when it could not be had. */
  readonly reload: () => Promise<Listing | undefined>;
} {
  const { call } = useHost();
  const connection = useConnectionStore();
  const listing = shallowRef<Listing>();
  const failure = shallowRef<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function reload(): Promise<Listing | undefined> {
    clearTimeout(timer);
    const wanted = tree.value;
    try {
      const answer = await call("farm.library.list", { tree: wanted as "farm:" });
      if (wanted !== tree.value) return undefined;
      listing.value = Object.freeze(answer);
      failure.value = undefined;
      if (answer.files.some((file) => !file.parsed))
        timer = setTimeout(() => void reload(), READING);
      return answer;
    } catch (error) {
      if (wanted === tree.value) failure.value = messageOf(error);
      return undefined;
    }
  }

  watch(
    tree,
    () => {
      listing.value = undefined;
      void reload();
    },
    { immediate: true },
  );
  // What others changed meanwhile is seen when one comes back to the page, or to the host.
  const onFocus = (): void => void reload();
  window.addEventListener("focus", onFocus);
  watch(
    () => connection.connected,
    (connected) => {
      if (connected) void reload();
    },
  );
  onUnmounted(() => {
    clearTimeout(timer);
    window.removeEventListener("focus", onFocus);
  });

  return { listing, failure, reload };
}
