import { isMethodName, methods, type MethodName } from "#shared/contract/index.ts";
import { AppError } from "#shared/rpc/errors.ts";
import type * as z from "zod";
import type { Farm, FarmPrinter } from "../engine/farm.ts";
import type { Arguments, Call, Caller, Handlers } from "./call.ts";
import { isHandedOn, scopeOfMethod } from "./printerSide.ts";
import { requireScope } from "./scopes.ts";

/** Runs methods of the contract table. Transports differ in how they find a name and its arguments. */
export interface Dispatcher {
  /** Rejects with AppError or RemoteError, or whatever a handler threw. */
  dispatch(method: string, args: Arguments, caller: Caller): Promise<unknown>;
  /** Finds the printer a request outside the table is for. Throws `not_found`. */
  address(args: Arguments, caller: Caller): Call;
}

/** Methods for callers that have yet to show a key. */
const OPEN: ReadonlySet<MethodName> = new Set([
  "access.info",
  "access.login",
  "access.refresh_jwt",
  "server.connection.identify",
]);

/** Answers a method that only the printer's own Moonraker knows. */
export type HandOn = (method: string, args: Arguments, call: Call) => Promise<unknown>;

export function createDispatcher(farm: Farm, handlers: Handlers, handOn: HandOn): Dispatcher {
  return {
    address: (args, caller) => ({
      ...caller,
      actor: actorOf(caller),
      printer: addressed(farm, args, caller),
    }),
    async dispatch(method, args, caller) {
      if (!isMethodName(method)) {
        if (!isHandedOn(method)) throw new AppError("method_not_found", "Method not found");
        requireScope(caller, scopeOfMethod(method));
        const printer = addressed(farm, args, caller);
        return handOn(method, args, { ...caller, actor: actorOf(caller), printer });
      }
      const definition = methods[method];
      if (!OPEN.has(method)) requireScope(caller, definition.scope);
      if ("websocketOnly" in definition && caller.session === null) {
        throw new AppError("method_not_found", "Method not found for transport HTTP");
      }
      const printer = definition.target === "printer" ? addressed(farm, args, caller) : null;
      if (definition.target === "host" && method.startsWith("farm.")) caller.session?.joinFarm();
      const parsed = definition.params.safeParse(args);
      if (!parsed.success) throw invalidParams(parsed.error);
      return handlerOf(handlers, method)(parsed.data, {
        ...caller,
        actor: actorOf(caller),
        printer,
      });
    },
  };
}

/** Methods that make a machine safer pass no limit on their way. */
export function isSafetyMethod(method: unknown): boolean {
  return typeof method === "string" && isMethodName(method) && "safety" in methods[method];
}

type AnyHandler = (params: unknown, call: Call) => unknown;

/** The one cast: the table ties each name's schema to its handler's parameters, which a union cannot say. */
function handlerOf(handlers: Handlers, method: MethodName): AnyHandler {
  return handlers[method] as AnyHandler;
}

function addressed(farm: Farm, args: Arguments, caller: Caller): FarmPrinter | null {
  const { endpoint, session } = caller;
  if (endpoint.kind !== "farm") return find(farm, endpoint.id);
  if (args["printer"] === undefined) return farm.defaultPrinter ?? null;
  session?.joinFarm();
  return find(farm, args["printer"]);
}

function find(farm: Farm, id: unknown): FarmPrinter {
  const printer = typeof id === "string" ? farm.get(id) : undefined;
  if (printer === undefined) throw unknownPrinter(id);
  return printer;
}

export function unknownPrinter(id: unknown): AppError {
  const shown = typeof id === "string" ? id : JSON.stringify(id);
  return new AppError(
    "not_found",
    `There is no printer "${shown}". farm.printers.list names them.`,
  );
}

function actorOf({ session, remoteAddress, bearer }: Caller): Call["actor"] {
  const kind = session?.isBoard === true ? "board" : "api";
  // Who logged in or holds a key is known by that name, whatever program is used.
  const name = bearer === null || bearer.kind === "trusted" ? undefined : bearer.name;
  return { kind, name: name ?? session?.clientName ?? remoteAddress };
}

/** Moonraker's own texts are answered as its error 400, first one first; ours say where it went wrong. */
function invalidParams(error: z.ZodError): AppError {
  const moonraker = error.issues.find(
    (issue) => issue.code === "custom" && issue.params?.["moonraker"] === true,
  );
  if (moonraker !== undefined) return new AppError("bad_request", moonraker.message);
  const issue = error.issues[0];
  const where = issue === undefined ? "" : issue.path.map(String).join(".");
  const text = `${where}${where === "" ? "" : ": "}${issue?.message ?? "not valid"}`;
  return new AppError("invalid_params", `Invalid params: ${text}`, { data: error.issues });
}
