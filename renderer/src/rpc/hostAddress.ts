/** What the desktop preload tells the page; absent in a browser. */
export interface DesktopBridge {
  /** Where the host answers, e.g. `http://127.0.0.1:7140`: in the desktop app the page has a scheme of its own. */
  readonly host?: string;
}

declare global {
  interface Window {
    readonly nextplate?: DesktopBridge;
  }
}

export interface HostAddress {
  /** No trailing slash. */
  readonly http: string;
  readonly websocket: string;
}

/** The host that serves this page, or the one the desktop app names. */
export function hostAddress(page: { readonly href: string }, bridge?: DesktopBridge): HostAddress {
  const base = new URL(bridge?.host ?? page.href);
  const http = `${base.protocol}//${base.host}`;
  return { http, websocket: `${http.replace(/^http/, "ws")}/websocket` };
}

/** Picture of a stored file, by its content, so that it may be cached for ever. */
export function thumbnailUrl(host: HostAddress, content: string, width: number): string {
  return `${host.http}/farm/thumbnails/${content}?width=${width}`;
}
