import type { BrowserWindow, Dialog } from "electron";
import type { ShellTexts } from "./texts/shellTexts.ts";

/** Says why the app does not end, or not show another host, yet. The box goes away by itself when `settled` is aborted. */
export async function explainWait(
  what: "quit" | "change",
  dialog: Pick<Dialog, "showMessageBox">,
  window: BrowserWindow | undefined,
  printers: readonly string[],
  { t }: ShellTexts,
  settled: AbortSignal,
): Promise<"quit_now" | "stay" | "none"> {
  const options = {
    type: "info" as const,
    title: t(`${what}.title`),
    message: t(`${what}.message`, { printers: printers.join(", ") }),
    detail: t(`${what}.detail`),
    buttons: [t(`${what}.stay`), t(`${what}.now`)],
    defaultId: 0,
    cancelId: 0,
    signal: settled,
  };
  const { response } =
    window === undefined
      ? await dialog.showMessageBox(options)
      : await dialog.showMessageBox(window, options);
  if (settled.aborted) return "none";
  return response === 1 ? "quit_now" : "stay";
}
