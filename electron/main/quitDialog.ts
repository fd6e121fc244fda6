import type { BrowserWindow, Dialog } from "electron";

/** Says why the app does not end yet. The box goes away by itself when `settled` is aborted. */
export async function explainQuit(
  dialog: Pick<Dialog, "showMessageBox">,
  window: BrowserWindow | undefined,
  printers: readonly string[],
  settled: AbortSignal,
): Promise<"quit_now" | "stay" | "none"> {
  const options = {
    type: "info" as const,
    title: "Nextplate is about to quit",
    message: `A print is being started on ${printers.join(", ")}.`,
    detail:
      "Nextplate quits as soon as the printer has shown whether it started, usually within seconds. " +
      "If it quits now, nothing is lost and nothing is printed twice, but you may be asked what happened at the next start.",
    buttons: ["Keep Running", "Quit Now"],
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
