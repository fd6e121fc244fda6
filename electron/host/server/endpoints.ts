import { PrinterId } from "#shared/domain/ids.ts";

/**
 * Which server a client believes it talks to. `printer` tells the truth about its Klippy; `queue` is for
 * slicers: always ready, prints are queued; `farm` is the root, where calls go to the default printer
 * unless they name one.
 */
export type Endpoint =
  | { readonly kind: "farm" }
  | { readonly kind: "printer" | "queue"; readonly id: PrinterId };

export interface Address {
  readonly endpoint: Endpoint;
  /** Path below the endpoint, not decoded, starting with a slash. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
}

const PRINTER_PATH = /^\/printers\/([^/]+)(\/queue)?(\/.*)$/;

/** Splits a request target. A name that can be no printer's id gives null. */
export function parseTarget(target: string): Address | null {
  const mark = target.indexOf("?");
  const path = mark === -1 ? target : target.slice(0, mark);
  const query = mark === -1 ? "" : target.slice(mark + 1);
  const match = PRINTER_PATH.exec(path);
  if (match === null) return { endpoint: { kind: "farm" }, path, query };
  const id = PrinterId.safeParse(match[1]);
  if (!id.success) return null;
  const kind = match[2] === undefined ? "printer" : "queue";
  return { endpoint: { kind, id: id.data }, path: match[3] ?? "/", query };
}
