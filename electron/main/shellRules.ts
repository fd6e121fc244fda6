import { app, ipcMain, protocol, session, type WebContents } from "electron";
import { boardDirectory } from "../paths.ts";
import { type AppPages, serveAppScheme } from "./appScheme.ts";
import { contentSecurityPolicy } from "./contentSecurityPolicy.ts";
import { isAllowedLink } from "./externalLinks.ts";
import { denyPermissions, guardAllContents, sendRemoteKey } from "./guards.ts";
import { answerPage, type DesktopHandlers } from "./ipc.ts";
import type { ShownHost } from "./shownHost.ts";
import type { ShellTexts } from "./texts/shellTexts.ts";
import {
  CRASHED_PATH,
  crashedPage,
  START_AGAIN_LINK,
  START_FAILURE_PATH,
  START_FAILURE_STYLE,
  START_FAILURE_STYLE_PATH,
  startFailurePage,
} from "./startFailure.ts";

/** Stands in for the host in the policy of the failure page, which talks to nobody. */
const NO_HOST = "http://127.0.0.1:0/";

export interface ShellRulesParts {
  readonly host: ShownHost;
  readonly dataDir: string;
  /** Origin of the one page that is answered. */
  readonly pageOrigin: string;
  readonly contents: () => WebContents | undefined;
  readonly openExternal: (url: string) => void;
  readonly startAgain: () => void;
  readonly handlers: DesktopHandlers;
  readonly texts: () => ShellTexts;
}

/** Puts up what holds for every page there is and will be. Once, before the first window. */
export function setShellRules(parts: ShellRulesParts): void {
  const { host, openExternal, startAgain, contents, pageOrigin, handlers } = parts;
  guardAllContents(app, {
    mayOpen: (url) => isAllowedLink(url, host.url),
    openExternal,
    onCommandLink: (url) => {
      if (url === START_AGAIN_LINK) startAgain();
    },
  });
  denyPermissions(session.defaultSession);
  sendRemoteKey(session.defaultSession, () => {
    const { access } = host;
    return access === null || access.apiKey === null ? null : { ...access, apiKey: access.apiKey };
  });
  serveAppScheme(protocol, () => pagesOf(host, parts.dataDir, parts.texts()));
  answerPage(ipcMain, { contents, origin: pageOrigin }, handlers);
}

function pagesOf({ state, url }: ShownHost, dataDir: string, texts: ShellTexts): AppPages {
  const made = new Map([
    [CRASHED_PATH, crashedPage(dataDir, texts)],
    [START_FAILURE_STYLE_PATH, START_FAILURE_STYLE],
  ]);
  if (state.kind === "failed")
    made.set(START_FAILURE_PATH, startFailurePage(state.message, dataDir, texts));
  return { root: boardDirectory(), policy: contentSecurityPolicy(url ?? NO_HOST), made };
}
