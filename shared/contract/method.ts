import * as z from "zod";

/** What a caller may do; each includes those before it. */
export const Scope = z.enum(["read", "operate", "admin"]);
export type Scope = z.output<typeof Scope>;

export type Verb = "GET" | "POST" | "DELETE";

/**
 * One callable of the API. The table of these gives types, validation, HTTP routes, docs/api.md, the
 * OpenRPC document and the compatibility test.
 */
export interface MethodDefinition<P extends z.ZodType, R extends z.ZodType> {
  readonly summary: string;
  readonly params: P;
  readonly result: R;
  /**
   * `printer`: acts on one printer, namely the endpoint's, or on the farm endpoint the one named by the
   * extra parameter `printer`, else the default printer. `host`: acts on the whole host.
   */
  readonly target: "printer" | "host";
  readonly scope: Scope;
  /** Changes something that is stored or a machine's state. */
  readonly mutates: boolean;
  /** Absent: JSON-RPC only. */
  readonly http?: {
    readonly verb: Verb;
    readonly path: string;
    /** A second verb that does the same, where Moonraker takes both. */
    readonly orVerb?: Verb;
  };
  /** Needs a connection that can be notified; over HTTP it does not exist. */
  readonly websocketOnly?: true;
  /** Makes a machine safer: sent first, recorded after; passes no queue, store or rate limit. */
  readonly safety?: true;
}

export function method<P extends z.ZodType, R extends z.ZodType>(
  definition: MethodDefinition<P, R>,
): MethodDefinition<P, R> {
  return definition;
}
