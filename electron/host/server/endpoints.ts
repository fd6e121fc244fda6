import { PrinterId } from "#shared/domain/ids.ts";

/**
 * Which server a client believes it talks to. `printer` tells the truth about its Klippy; `queue` is for
 * slicers: always ready, prints are queued; `farm` is the root, where calls go to the default printer
 * unless they name one.
 */
export type Endpoint = { readonly kind: "farm" } | PrinterEndpoint;
export interface PrinterEndpoint {
  readonly kind: "printer" | "queue";
  readonly id: PrinterId;
}

const ROOT: Endpoint = { kind: "farm" };

export interface Address {
  readonly endpoint: Endpoint;
  /** What stands before `path` in the request's own target: "" or a path without a slash at its end. */
  readonly prefix: string;
  /** Path below the endpoint, not decoded, starting with a slash. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
}

const PRINTER_PATH = /^\/printers\/([^/]+)(\/queue)?(\/.*)$/;

/** Splits a request target at a port. A name that can be no printer's id gives null. */
export function parseTarget(target: string, base: Endpoint = ROOT): Address | null {
  const mark = target.indexOf("?");
  const path = mark === -1 ? target : target.slice(0, mark);
  const query = mark === -1 ? "" : target.slice(mark + 1);
  if (base.kind !== "farm") return addressAtPort(base, path, query);
  const match = PRINTER_PATH.exec(path);
  if (match === null) return { endpoint: ROOT, prefix: "", path, query };
  const id = PrinterId.safeParse(match[1]);
  if (!id.success) return null;
  const kind = match[2] === undefined ? "printer" : "queue";
  const prefix = `/printers/${id.data}${kind === "queue" ? "/queue" : ""}`;
  return { endpoint: { kind, id: id.data }, prefix, path: match[3] ?? "/", query };
}

/** At a port of its own a printer is the whole server, with its queue below `/queue/` as elsewhere. */
function addressAtPort(endpoint: PrinterEndpoint, path: string, query: string): Address {
  if (endpoint.kind === "printer" && path.startsWith("/queue/")) {
    const queue = { kind: "queue", id: endpoint.id } as const;
    return { endpoint: queue, prefix: "/queue", path: path.slice("/queue".length), query };
  }
  return { endpoint, prefix: "", path, query };
}
