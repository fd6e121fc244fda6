import { defineStore } from "pinia";
import { shallowRef } from "vue";

interface ToastAction {
  readonly label: string;
  readonly run: () => void;
}

export interface Toast {
  readonly id: number;
  readonly tone: "plain" | "good" | "bad";
  readonly text: string;
  readonly action: ToastAction | null;
  /** Milliseconds on screen; null = until closed. */
  readonly duration: number | null;
}

const AT_MOST = 5;

/** Short answers to what was done, newest last. Errors stay until they are closed. */
export const useToastStore = defineStore("toasts", () => {
  const toasts = shallowRef<readonly Toast[]>([]);
  let nextId = 1;

  function show(toast: Partial<Omit<Toast, "id">> & { readonly text: string }): number {
    const id = nextId++;
    const tone = toast.tone ?? "plain";
    const full: Toast = {
      action: null,
      duration: tone === "bad" ? null : 5000,
      ...toast,
      id,
      tone,
    };
    const others = toasts.value.filter((shown) => shown.text !== full.text);
    toasts.value = [...others, full].slice(-AT_MOST);
    return id;
  }

  function dismiss(id: number): void {
    toasts.value = toasts.value.filter((toast) => toast.id !== id);
  }

  return { toasts, show, dismiss };
});
