import { defineStore } from "pinia";
import { onScopeDispose, shallowRef } from "vue";
import { isScreenName, type ScreenName } from "../app/screens.ts";

export interface Place {
  readonly screen: ScreenName;
  /** What the screen is opened for: `#/history?printer=voron`. */
  readonly query: Readonly<Record<string, string>>;
}

/** Which screen is shown; kept in the address, so that back, forward and bookmarks work. */
export const useScreenStore = defineStore("screen", () => {
  const place = shallowRef<Place>(readPlace(location.hash));
  const follow = (): void => void (place.value = readPlace(location.hash));
  window.addEventListener("hashchange", follow);
  onScopeDispose(() => window.removeEventListener("hashchange", follow));

  function go(screen: ScreenName, query: Readonly<Record<string, string>> = {}): void {
    const text = new URLSearchParams(query).toString();
    location.hash = `/${screen}${text === "" ? "" : `?${text}`}`;
    follow();
  }

  return { place, go };
});

/** Takes `#/history?printer=voron` apart; what names no screen is the board. */
export function readPlace(hash: string): Place {
  const [path = "", text = ""] = hash.replace(/^#\/?/, "").split("?");
  if (!isScreenName(path)) return { screen: "board", query: {} };
  return { screen: path, query: Object.fromEntries(new URLSearchParams(text)) };
}
