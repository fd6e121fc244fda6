/**
 * The policy of every page of the app: its own files, and the one host it was started with. No inline
 * script, no inline style, no frame, no form, no other server.
 */
export function contentSecurityPolicy(hostUrl: string): string {
  const { origin } = new URL(hostUrl);
  const directives = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    // Thumbnails come from the host; small icons are inlined by the build as data: addresses.
    "img-src": `'self' data: blob: ${origin}`,
    "font-src": "'self'",
    "connect-src": `'self' ${origin} ${origin.replace(/^http/, "ws")}`,
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
  };
  return Object.entries(directives)
    .map(([name, value]) => `${name} ${value}`)
    .join("; ");
}
