import type { Methods, MethodName, Params, Result } from "#shared/contract/index.ts";
import type { Actor } from "#shared/domain/plate.ts";
import { AppError } from "#shared/rpc/errors.ts";
import type { FarmPrinter } from "../engine/farm.ts";
import type { Bearer } from "./bearer.ts";
import type { Endpoint } from "./endpoints.ts";
import type { Session } from "./session.ts";

/** Arguments by name, as they came; nothing of them has been checked. */
export type Arguments = Readonly<Record<string, unknown>>;

/** Who calls, from where and when: what a transport knows of a request. */
export interface Caller {
  readonly endpoint: Endpoint;
  /** Null over HTTP. */
  readonly session: Session | null;
  readonly remoteAddress: string;
  /** As whom the caller is known and what it may do; null = it has shown nothing yet. */
  readonly bearer: Bearer | null;
  /** Wall milliseconds when the request arrived. */
  readonly receivedAt: number;
}

/** One call as a handler sees it. */
export interface Call extends Caller {
  readonly actor: Actor;
  /** The printer addressed; null for methods of the host, and on a farm without printers. */
  readonly printer: FarmPrinter | null;
}

/** A handler per method of a table: a missing one is a compile error. */
export type HandlersOf<Table extends Partial<Methods>> = {
  readonly [M in keyof Table & MethodName]: (
    params: Params<M>,
    call: Call,
  ) => Result<M> | Promise<Result<M>>;
};
export type Handlers = HandlersOf<Methods>;

/** The printer a call is for. Throws `unavailable` on a farm without printers. */
export function requirePrinter(call: Call): FarmPrinter {
  if (call.printer === null) {
    throw new AppError(
      "unavailable",
      "There is no printer yet. Add one on the board, or with farm.printers.add.",
    );
  }
  return call.printer;
}
