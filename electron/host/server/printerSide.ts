import type { Scope } from "#shared/contract/method.ts";
import { AppError, RemoteError } from "#shared/rpc/errors.ts";
import { abortable } from "#shared/util/abortable.ts";
import type { PrinterLink, ServerBehind } from "../link/printerLink.ts";
import { requirePrinter, type Arguments, type Call } from "./call.ts";
import type { StagedNames } from "./stagedNames.ts";

/** Milliseconds a printer may take to say what we can also say without it. */
const ANSWER_WITHIN = 10_000;

/**
 * What never reaches a printer's own Moonraker: its queue would print past ours, its users, sessions and
 * client settings are not those of our clients, and its g-code is shown through our library.
 */
const OURS = /^(access|farm|rpc|server\.(job_queue|connection|websocket|database|files))(\.|$)/;
const THEIRS = /^(printer|server|machine|debug)\.[\w.]+$/;

/** Whether a method we have no handler for is the printer's to answer. */
export function isHandedOn(method: string): boolean {
  return THEIRS.test(method) && !OURS.test(method);
}

/** Names that only look, by Moonraker's habit of naming. */
const LOOKS = /(^|[._])(status|list|info|help|stats|devices|get_\w+|objects\.query)$/;

/** What a method that is handed on needs; what changes more than the print is for administrators. */
export function scopeOfMethod(method: string): Scope {
  if (LOOKS.test(method)) return "read";
  return method.startsWith("printer.") ? "operate" : "admin";
}

/**
 * Whether a GET of this path does something. Moonraker serves the methods of Klipper itself to GET as well as
 * to POST, those that move, restart and cancel included.
 */
export function actsWhenRead(path: string): boolean {
  const name = nameOfPath(path);
  return name.startsWith("printer.") && !LOOKS.test(name);
}

/** What a path that is handed on needs. */
export function scopeOfPath(verb: string, path: string): Scope {
  if ((verb === "GET" || verb === "HEAD") && !actsWhenRead(path)) return "read";
  return nameOfPath(path).startsWith("printer.") ? "operate" : "admin";
}

/** The method behind a path, by Moonraker's rule. */
function nameOfPath(path: string): string {
  return path.slice(1).replaceAll("/", ".");
}

/**
 * Asks the printer's own Moonraker, with the code and words of its errors kept and our staged paths
 * replaced by library names. Throws `unavailable` while it cannot be reached.
 */
export async function handOn(
  names: StagedNames,
  method: string,
  args: Arguments,
  call: Call,
): Promise<unknown> {
  const { id, link } = requirePrinter(call);
  // On the root, `printer` names the one addressed; it is no argument of the method.
  const { printer: _, ...rest } = args;
  const params = call.endpoint.kind === "farm" ? rest : args;
  if (link.state.kind !== "connected") throw printerIsOff(method);
  return names.translateAll(id, await link.request(method, params));
}

/**
 * The printer's own answer, or undefined when it has none to give: not connected, a bare Klipper, no Klippy,
 * or a Moonraker without that component. Its refusals are thrown.
 */
export async function askPrinter(
  names: Pick<StagedNames, "translateAll">,
  method: string,
  params: Arguments,
  call: Call,
  within = ANSWER_WITHIN,
): Promise<unknown> {
  if (call.printer === null) return undefined;
  const { id, link } = call.printer;
  if ((await serverBehind(link)) === null) return undefined;
  try {
    const answer = await abortable(link.request(method, params), AbortSignal.timeout(within));
    return names.translateAll(id, answer);
  } catch (error) {
    if (error instanceof AppError && ["unavailable", "timeout"].includes(error.code)) {
      return undefined;
    }
    if (error instanceof RemoteError && [503, -32601].includes(error.code)) return undefined;
    throw error;
  }
}

/** The printer's Moonraker; null while there is no connection, and behind a bare Klipper. */
export async function serverBehind(link: PrinterLink): Promise<ServerBehind | null> {
  return link.state.kind === "connected" ? link.serverBehind() : null;
}

export function printerIsOff(what: string): AppError {
  return new AppError(
    "unavailable",
    `${what} is answered by the printer's own Moonraker, which is not connected. Switch the printer on and try again.`,
  );
}
