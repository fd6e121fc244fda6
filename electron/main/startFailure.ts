import type { ShellTexts } from "./texts/shellTexts.ts";

/** Followed from the failure page; never loaded, the guards hand it to the shell. */
export const START_AGAIN_LINK = "nextplate://app/start-again";
export const CRASHED_PATH = "/crashed.html";
export const START_FAILURE_PATH = "/start-failure.html";
export const START_FAILURE_STYLE_PATH = "/start-failure.css";

/** The page shown instead of the board when the host could not start. Without script on purpose. */
export function startFailurePage(message: string, dataDir: string, texts: ShellTexts): string {
  return pageOf({
    title: texts.t("failure.start"),
    alert: texts.said(message),
    rest: texts.t("failure.startRest"),
    dataDir,
    texts,
  });
}

/** The page shown when the board crashed several times in a row. */
export function crashedPage(dataDir: string, texts: ShellTexts): string {
  return pageOf({
    title: texts.t("failure.crashed"),
    alert: texts.t("failure.crashedText"),
    rest: texts.t("failure.crashedRest"),
    dataDir,
    texts,
  });
}

interface PlainPage {
  readonly title: string;
  readonly alert: string;
  readonly rest: string;
  readonly dataDir: string;
  readonly texts: ShellTexts;
}

function pageOf({ title, alert, rest, dataDir, texts }: PlainPage): string {
  return `<!doctype html>
<html lang="${texts.language}">
<meta charset="utf-8">
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="${START_FAILURE_STYLE_PATH}">
<main>
  <h1>${escapeHtml(title)}</h1>
  <p role="alert">${escapeHtml(alert)}</p>
  <p>${escapeHtml(rest)}</p>
  <p><a href="${START_AGAIN_LINK}">${escapeHtml(texts.t("failure.again"))}</a></p>
  <p class="folder">${escapeHtml(texts.t("failure.folder", { folder: dataDir }))}</p>
</main>
</html>
`;
}

export const START_FAILURE_STYLE = `
html { background: #14161a; color: #e8eaed; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 42rem; margin: 18vh auto 0; padding: 0 2rem; }
h1 { font-size: 1.5rem; }
a { display: inline-block; padding: 0.5rem 1rem; border-radius: 6px; background: #2f6fed; color: #fff; }
.folder { color: #a6adb8; font-size: 0.875rem; overflow-wrap: anywhere; }
`;

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
