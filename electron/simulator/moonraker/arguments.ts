import { ServerError } from "./serverError.ts";
import type { Selection } from "./statusFeed.ts";

export type Arguments = Readonly<Record<string, unknown>>;

/** A required text; numbers are accepted as Moonraker does from a query string. */
export function text(args: Arguments, key: string): string {
  const value = args[key];
  if (value === undefined) throw new ServerError(400, `No data for argument: ${key}`);
  if (typeof value !== "string") {
    throw new ServerError(400, `Invalid value received for argument '${key}'`);
  }
  return value;
}

export function optionalText(args: Arguments, key: string, fallback: string): string {
  return args[key] === undefined ? fallback : text(args, key);
}

export function number(args: Arguments, key: string, fallback: number): number {
  const value = args[key];
  if (value === undefined) return fallback;
  const parsed = typeof value === "string" ? Number(value) : value;
  if (typeof parsed === "number" && Number.isFinite(parsed)) return parsed;
  throw new ServerError(400, `Unable to convert argument [${key}] to <class 'float'>`);
}

export function boolean(args: Arguments, key: string): boolean {
  const value = args[key];
  if (value === undefined) return false;
  const word = typeof value === "string" ? value.toLowerCase() : value;
  if (word === true || word === "true") return true;
  if (word === false || word === "false") return false;
  throw new ServerError(
    400,
    `Unable to convert argument [${key}] to <class 'bool'>: value received: ${JSON.stringify(value)}`,
  );
}

/** A list, or one text with commas. */
export function list(args: Arguments, key: string): readonly string[] {
  const value = args[key];
  if (value === undefined) throw new ServerError(400, `No data for argument: ${key}`);
  if (typeof value === "string") {
    return value
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "");
  }
  if (!Array.isArray(value)) {
    throw new ServerError(400, `Invalid value received for argument '${key}'.  Expected List type`);
  }
  return value.map((item: unknown) => {
    if (typeof item === "string") return item;
    throw new ServerError(
      400,
      `Invalid list format for argument '${key}', expected all values to be of type str.`,
    );
  });
}

/** The `objects` argument of query and subscribe. */
export function selection(args: Arguments): Selection {
  const value = args["objects"];
  if (value === undefined) throw new ServerError(400, "Missing Argument [objects]");
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ServerError(400, "Invalid Argument Type [objects]");
  }
  const chosen: Record<string, readonly string[] | null> = {};
  for (const [name, fields] of Object.entries(value)) {
    const wanted: unknown = fields;
    if (wanted === null) chosen[name] = null;
    else if (Array.isArray(wanted) && wanted.every((item) => typeof item === "string")) {
      chosen[name] = wanted;
    } else throw new ServerError(400, "Invalid argument");
  }
  return chosen;
}
