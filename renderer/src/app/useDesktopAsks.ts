import { nextTick, onScopeDispose, watch } from "vue";
import type { DesktopAsk } from "#shared/desktop/ipc.ts";
import { assertNever } from "#shared/util/assertNever.ts";
import { drop } from "#shared/util/drop.ts";
import { displayName } from "../format/fileName.ts";
import { useMessages } from "../i18n/messages.ts";
import { usePreferencesStore } from "../stores/preferencesStore.ts";
import { useScreenStore } from "../stores/screenStore.ts";
import { useToastStore } from "../stores/toastStore.ts";
import { pressBoardKey, pressColumnNumber } from "./boardMenu.ts";

/** Does what the desktop app asks of the page; in a browser there is nobody to ask. */
export function useDesktopAsks(): void {
  const bridge = window.nextplate;
  if (bridge === undefined) return;
  const toasts = useToastStore();
  const screens = useScreenStore();
  const preferences = usePreferencesStore();
  const { t, plural, said } = useMessages();

  const complain = (error: unknown): unknown => toasts.show({ tone: "bad", text: said(error) });
  const take = (): void =>
    drop(
      bridge.takeAsks().then((asks) => asks.forEach(follow)),
      complain,
    );
  onScopeDispose(bridge.onDidAsk(take));
  take();
  // Tray, menu and notifications speak as the page does.
  watch(
    () => preferences.shown.language,
    (language) => drop(bridge.changeSettings({ language }), complain),
    { immediate: true },
  );

  function follow(ask: DesktopAsk): void {
    switch (ask.kind) {
      case "show_printer":
        return go("board", { printer: ask.printer });
      case "show_screen":
        return go(ask.screen, ask.part === undefined ? {} : { part: ask.part });
      case "press_key":
        if (!pressBoardKey(ask.key)) toasts.show({ text: t("desktop.chooseJob") });
        return;
      case "go_to_column":
        if (screens.place.screen !== "board") screens.go("board");
        return void nextTick(() => pressColumnNumber(ask.number));
      case "files_opened":
        return tellOpened(ask);
      default:
        return assertNever(ask, "ask");
    }
  }

  function tellOpened({ paths, failed }: Extract<DesktopAsk, { kind: "files_opened" }>): void {
    for (const { name, reason } of failed) {
      toasts.show({ tone: "bad", text: t("desktop.notTaken", { name, reason: said(reason) }) });
    }
    const [first] = paths;
    if (first === undefined) return;
    toasts.show({
      tone: "good",
      text:
        paths.length === 1
          ? t("desktop.taken", { name: displayName(first) })
          : plural("desktop.takenMany", paths.length),
      action: {
        label: t("desktop.queueIt"),
        run: () => go("library", { file: first }),
      },
      duration: 20_000,
    });
  }
}

/** By the address, which every screen listens to; the same place twice is said twice. */
function go(screen: string, query: Readonly<Record<string, string>>): void {
  const text = new URLSearchParams(query).toString();
  const hash = `#/${screen}${text === "" ? "" : `?${text}`}`;
  if (location.hash === hash) window.dispatchEvent(new HashChangeEvent("hashchange"));
  else location.hash = hash;
}
