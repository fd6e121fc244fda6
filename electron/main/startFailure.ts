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

/** The board's colours by their values: its own style sheets may be what could not be loaded. */
export const START_FAILURE_STYLE = `
:root {
  color-scheme: dark light;
  --page: #0c0f14; --raised: #141920; --line: #28303b; --text: #e9edf2; --muted: #a9b4c1;
  --amber: #f2bb5c; --button: #2469c7; --button-hover: #2a6ecd; --focus: #7dbcff;
}
@media (prefers-color-scheme: light) {
  :root {
    --page: #e9ecf0; --raised: #ffffff; --line: #d9dfe6; --text: #171c23; --muted: #4a5563;
    --amber: #7d5000; --button: #1a62c4; --button-hover: #114fa4; --focus: #0b5cc0;
  }
}
html { background: var(--page); color: var(--text); font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif; }
body { display: grid; place-items: center; min-height: 100vh; margin: 0; padding: 24px; box-sizing: border-box; }
main {
  max-width: 36rem; padding: 28px 32px; border: 1px solid var(--line); border-radius: 12px;
  background: var(--raised);
}
h1 { margin: 0 0 16px; font-size: 20px; line-height: 1.3; }
p { margin: 0 0 12px; }
[role="alert"] { padding-left: 12px; border-left: 3px solid var(--amber); overflow-wrap: anywhere; }
a {
  display: inline-block; margin-top: 8px; padding: 8px 16px; border-radius: 8px;
  background: var(--button); color: #fff; font-weight: 600; text-decoration: none;
}
a:hover { background: var(--button-hover); }
a:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
.folder { margin: 20px 0 0; padding-top: 12px; border-top: 1px solid var(--line); color: var(--muted); font-size: 13px; overflow-wrap: anywhere; }
`;

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
