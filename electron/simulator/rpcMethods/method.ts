import type { Arguments } from "../moonraker/arguments.ts";
import type { Moonraker, Session } from "../moonraker/moonraker.ts";

export interface CallContext {
  readonly moonraker: Moonraker;
  /** null over HTTP. */
  readonly session: Session | null;
}

export type RpcMethod = (args: Arguments, context: CallContext) => unknown;

export type MethodTable = Readonly<Record<string, RpcMethod>>;
