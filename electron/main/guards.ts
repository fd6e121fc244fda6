import type { App, Session, WebContents } from "electron";
import { APP_ORIGIN } from "#shared/desktop/appOrigin.ts";

export interface GuardOptions {
  /** Whether the system's browser may open this link. */
  readonly mayOpen: (url: string) => boolean;
  readonly openExternal: (url: string) => void;
  /** Where a page wanted to go. It never gets there, but a link may stand for a command. */
  readonly onCommandLink: (url: string) => void;
}

/** What a page gets without asking anyone. Copying a text is the only thing the board needs. */
const GRANTED: ReadonlySet<string> = new Set(["clipboard-sanitized-write"]);

const API_KEY_HEADER = "X-Api-Key";

/** Puts the rules on every page there is and will be; pages never decide where they go. */
export function guardAllContents(app: App, options: GuardOptions): void {
  app.on("web-contents-created", (_event, contents) => guardContents(contents, options));
}

function guardContents(contents: WebContents, options: GuardOptions): void {
  contents.on("will-navigate", (event) => {
    event.preventDefault();
    options.onCommandLink(event.url);
  });
  contents.on("will-frame-navigate", (event) => {
    if (!event.isMainFrame) event.preventDefault();
  });
  contents.on("will-redirect", (event) => event.preventDefault());
  contents.on("will-attach-webview", (event) => event.preventDefault());
  // Here the prevented is the page's veto: a quit that holds starts back must come to its end.
  contents.on("will-prevent-unload", (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    if (options.mayOpen(url)) options.openExternal(url);
    return { action: "deny" };
  });
}

/** Cameras, notifications, USB and the rest: denied, whoever asks. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, decide) => {
    decide(GRANTED.has(permission) && originOf(contents.getURL()) === APP_ORIGIN);
  });
  session.setPermissionCheckHandler(
    (_contents, permission, origin) => GRANTED.has(permission) && originOf(origin) === APP_ORIGIN,
  );
  session.setDevicePermissionHandler(() => false);
}

/**
 * Adds the API key to what the page sends to a host on another computer, and to nothing else. The page
 * itself never has the key.
 */
export function sendRemoteKey(
  session: Session,
  access: () => { readonly hostUrl: string; readonly apiKey: string } | null,
): void {
  session.webRequest.onBeforeSendHeaders(({ url, requestHeaders }, answer) => {
    const remote = access();
    const isOurs =
      remote !== null && originOf(url.replace(/^ws/, "http")) === originOf(remote.hostUrl);
    // A redirect keeps the headers of the request before it: away from the host the key is taken out again.
    const others = Object.entries(requestHeaders).filter(
      ([name]) => name.toLowerCase() !== API_KEY_HEADER.toLowerCase(),
    );
    const own = isOurs ? { [API_KEY_HEADER]: remote.apiKey } : {};
    answer({ requestHeaders: { ...Object.fromEntries(others), ...own } });
  });
}

/** `scheme://host` also of our own scheme, for which `URL.origin` answers "null". */
export function originOf(url: string): string {
  if (!URL.canParse(url)) return "";
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}
