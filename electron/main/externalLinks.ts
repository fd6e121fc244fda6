/** Sites the app links to. Everything else stays closed: a page that was tampered with opens nothing. */
const SITES = [
  "github.com",
  "moonraker.readthedocs.io",
  "www.klipper3d.org",
  "docs.mainsail.xyz",
] as const;

/** Whether a link may be handed to the system's browser: a known site over https, or our own host. */
export function isAllowedLink(link: string, hostUrl: string | null): boolean {
  let url: URL;
  try {
    url = new URL(link);
  } catch {
    return false;
  }
  if (hostUrl !== null && url.origin === new URL(hostUrl).origin) return true;
  const known = SITES.some((site) => site === url.host);
  return url.protocol === "https:" && known && url.username === "" && url.password === "";
}
