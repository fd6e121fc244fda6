import type { DesktopBridge } from "#shared/desktop/ipc.ts";

declare global {
  interface Window {
    /** Set by the desktop app's preload; absent in a browser. */
    readonly nextplate?: DesktopBridge;
  }
}

export interface HostAddress {
  /** No trailing slash. */
  readonly http: string;
  readonly websocket: string;
}

/** The host that serves this page, or the one the desktop app names, where the page has a scheme of its own. */
export function hostAddress(
  page: { readonly href: string },
  bridge?: Pick<DesktopBridge, "hostUrl">,
): HostAddress {
  const base = new URL(bridge?.hostUrl ?? page.href);
  const http = `${base.protocol}//${base.host}`;
  return { http, websocket: `${http.replace(/^http/, "ws")}/websocket` };
}

/** Picture of a stored file, by its content, so that it may be cached for ever. */
export function thumbnailUrl(host: HostAddress, content: string, width: number): string {
  return `${host.http}/farm/thumbnails/${content}?width=${width}`;
}
