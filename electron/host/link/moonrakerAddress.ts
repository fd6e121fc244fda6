import { AppError } from "#shared/rpc/errors.ts";

/** Moonraker's own port, taken when an address names none. */
const MOONRAKER_PORT = 7125;

const SCHEME = /^([a-z][a-z0-9+.-]*):\/\//i;

/**
 * Turns what a person typed ("voron", "10.0.0.7:7125", "https://farm/voron/") into the base address of a
 * Moonraker: http or https, a path prefix kept, no trailing slash. Without a scheme the port defaults to
 * 7125; with one the scheme's own default holds, as behind a reverse proxy.
 * Throws AppError `bad_request` that says what is wrong.
 */
export function moonrakerAddress(typed: string): string {
  const text = typed.trim();
  if (text === "")
    throw bad("Enter the printer's address, for example voron.local or 10.0.0.7:7125");
  const scheme = SCHEME.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== "http" && scheme !== "https") {
    throw bad(`"${scheme}://" is not supported: use http:// or https://, or leave it out`);
  }
  // A bare IPv6 address has colons of its own and cannot be told from a port: ask for brackets.
  if (scheme === undefined && /^[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*$/i.test(text)) {
    throw bad(`Write an IPv6 address in brackets: [${text}]`);
  }
  const url = parse(scheme === undefined ? `http://${text}` : text, text);
  if (url.username !== "" || url.password !== "") {
    throw bad("Leave user name and password out of the address; enter an API key instead");
  }
  // The URL class drops ":80", so look at the text: a port that was typed is the port that is meant.
  const typedPort = /^(?:\[[^\]]*\]|[^:/?#]*):(\d+)/.exec(text.replace(SCHEME, ""))?.[1];
  if (scheme === undefined && typedPort === undefined) url.port = String(MOONRAKER_PORT);
  return `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, "").replace(/\/websocket$/, "")}`;
}

/** The websocket address below a base address. */
export function websocketAddress(base: string): string {
  return `${base.replace(/^http/, "ws")}/websocket`;
}

/** An address below a base address; every path segment is encoded. */
export function endpointAddress(base: string, ...segments: readonly string[]): string {
  return [base, ...segments.map((segment) => encodeURIComponent(segment))].join("/");
}

function parse(candidate: string, typed: string): URL {
  if (/\s/.test(typed)) throw bad(`"${typed}" is not an address: it contains a space`);
  if (!URL.canParse(candidate)) {
    throw bad(`"${typed}" is not an address. Write a host, host:port or http://host:port/prefix`);
  }
  return new URL(candidate);
}

function bad(message: string): AppError {
  return new AppError("bad_request", message);
}
