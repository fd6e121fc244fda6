import { useMessages } from "../../i18n/messages.ts";
import { useAnnouncerStore } from "../../stores/announcerStore.ts";
import { useToastStore } from "../../stores/toastStore.ts";
import { usePageKeys } from "../../ui/usePageKeys.ts";
import { type Edit, useEditHistory } from "./editHistoryStore.ts";
import { isBusy } from "./useColumnDigits.ts";

/** Undo and redo of what was done on this page, told in a toast that offers the other one. */
export function useUndo() {
  const history = useEditHistory();
  const toasts = useToastStore();
  const announcer = useAnnouncerStore();
  const { t, said } = useMessages();

  async function undo(only?: Edit): Promise<void> {
    try {
      const edit = await history.undo(only);
      if (edit === undefined) {
        toasts.show({ text: t(only === undefined ? "undo.nothing" : "undo.notLast") });
        return;
      }
      if (history.offer !== null) toasts.dismiss(history.offer);
      const text = t("undo.undone", { what: edit.what });
      announcer.say(text);
      toasts.show({ text, action: { label: t("undo.redo"), run: () => void redo() } });
    } catch (error) {
      toasts.show({ tone: "bad", text: t("undo.failed", { reason: said(error) }) });
    }
  }

  async function redo(): Promise<void> {
    try {
      const edit = await history.redo();
      if (edit === undefined) {
        toasts.show({ text: t("undo.nothingToRedo") });
        return;
      }
      const text = t("undo.redone", { what: edit.what });
      announcer.say(text);
      toasts.show({ text, action: { label: t("undo.undo"), run: () => void undo(edit) } });
    } catch (error) {
      toasts.show({ tone: "bad", text: t("undo.failed", { reason: said(error) }) });
    }
  }

  return { undo, redo };
}

/** Ctrl+Z, and Ctrl+Shift+Z or Ctrl+Y, wherever nobody is typing. */
export function useUndoKeys(): void {
  const { undo, redo } = useUndo();

  function onKey(event: KeyboardEvent): void {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || isBusy(event.target)) return;
    const key = event.key.toLowerCase();
    if (key !== "z" && key !== "y") return;
    event.preventDefault();
    void (key === "y" || event.shiftKey ? redo() : undo());
  }

  usePageKeys(onKey);
}
