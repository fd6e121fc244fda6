import * as z from "zod";

/**
 * Argument getters with Moonraker's own leniency and wording (behaviour.md 1.9: observed on
 * v0.10.0-31). An issue raised here carries `params.moonraker`: the dispatcher answers it as error 400 with
 * exactly this text; every other issue is -32602.
 */
function issue(ctx: z.core.$RefinementCtx, message: string): never {
  ctx.addIssue({ code: "custom", message, params: { moonraker: true } });
  return z.NEVER;
}

/** The name Python gives the type of a JSON value. */
export function pythonTypeName(value: unknown): string {
  if (value === null || value === undefined) return "NoneType";
  if (Array.isArray(value)) return "list";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float";
  return typeof value === "string" ? "str" : "dict";
}

/** A required list of strings; a string is split at commas, its parts stripped, empty ones dropped. */
export function stringList(name: string) {
  return z
    .unknown()
    .transform((value, ctx): string[] => {
      if (value === undefined) return issue(ctx, `No data for argument: ${name}`);
      if (typeof value === "string") {
        return value
          .split(",")
          .map((part) => part.trim())
          .filter((part) => part !== "");
      }
      if (!Array.isArray(value)) {
        return issue(
          ctx,
          `Invalid value received for argument '${name}'.  Expected List type, received ${pythonTypeName(value)}`,
        );
      }
      const items: unknown[] = value;
      const strings = items.filter((item) => typeof item === "string");
      if (strings.length !== items.length) {
        return issue(
          ctx,
          `Invalid list format for argument '${name}', expected all values to be of type str.`,
        );
      }
      return strings;
    })
    .meta({
      description: "A list of strings, or one string with commas.",
      anyOf: [{ type: "array", items: { type: "string" } }, { type: "string" }],
    });
}

/** An optional boolean; the strings true and false in any case count. */
export function bool(name: string, fallback: boolean) {
  return z
    .unknown()
    .transform((value, ctx): boolean => {
      if (typeof value === "boolean") return value;
      const word = typeof value === "string" ? value.toLowerCase() : undefined;
      if (word === "true" || word === "false") return word === "true";
      const shown = typeof value === "string" ? value : JSON.stringify(value);
      return issue(
        ctx,
        `Unable to convert argument [${name}] to <class 'bool'>: value received: ${shown}`,
      );
    })
    .optional()
    .transform((value) => value ?? fallback)
    .meta({ type: "boolean", default: fallback });
}

/**
 * A required string; numbers and booleans are taken as their text. `missing` is the error without one:
 * what Klipper itself checks is worded otherwise.
 */
export function string(name: string, missing = `No data for argument: ${name}`) {
  return z
    .unknown()
    .transform((value, ctx): string => {
      if (value === undefined) return issue(ctx, missing);
      if (typeof value === "string") return value;
      if (typeof value === "number" || typeof value === "boolean") return String(value);
      return issue(
        ctx,
        `Unable to convert argument [${name}] to <class 'str'>: value received: ${JSON.stringify(value)}`,
      );
    })
    .meta({ type: "string" });
}

/** The same, optional. */
export function optionalString(name: string, fallback: string) {
  return string(name)
    .optional()
    .transform((value) => value ?? fallback)
    .meta({ type: "string", default: fallback });
}

/** An optional number; text of one is taken as such. Absent, null or empty: undefined. */
export function optionalNumber(name: string) {
  return z
    .unknown()
    .transform((value, ctx): number | undefined => {
      if (value === undefined || value === null || value === "") return undefined;
      const number = typeof value === "string" ? Number(value) : value;
      if (typeof number === "number" && Number.isFinite(number)) return number;
      const shown = typeof value === "string" ? value : JSON.stringify(value);
      return issue(
        ctx,
        `Unable to convert argument [${name}] to <class 'float'>: value received: ${shown}`,
      );
    })
    .optional()
    .meta({ type: "number" });
}

/** A key of the client database: text whose dots go deeper, or the steps as a list. Null: none. */
export function databaseKey(name: string) {
  return z
    .unknown()
    .transform((value, ctx): string | string[] | null => {
      if (value === undefined) return issue(ctx, `No data for argument: ${name}`);
      if (value === null || typeof value === "string") return value;
      const list = z.array(z.string()).min(1).safeParse(value);
      return list.success
        ? list.data
        : issue(ctx, "Value for argument 'key' is an invalid type: expected a string or a list");
    })
    .meta({ anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }] });
}

/** A job id: anything but a list or an object is taken as its Python text, and then is no known id. */
export function jobId(name: string) {
  return z
    .unknown()
    .transform((value, ctx): string => {
      if (value === undefined) return issue(ctx, `No data for argument: ${name}`);
      if (value === null) return "None";
      if (typeof value === "boolean") return value ? "True" : "False";
      if (typeof value === "string" || typeof value === "number") return String(value);
      return issue(ctx, `Invalid job id: ${JSON.stringify(value)}`);
    })
    .meta({ type: "string" });
}

/** Printer objects by name with the fields wanted, null = all. */
const Selection = z.record(z.string(), z.union([z.array(z.string()), z.null()]));
export type ObjectSelection = z.output<typeof Selection>;

/** A required selection of printer objects; Klipper checks it, so the words are Klipper's. */
export function objectSelection(name: string) {
  return z
    .unknown()
    .transform((value, ctx): ObjectSelection => {
      if (value === undefined) return issue(ctx, `Missing Argument [${name}]`);
      const parsed = Selection.safeParse(value);
      return parsed.success ? parsed.data : issue(ctx, `Invalid Argument Type [${name}]`);
    })
    .meta({
      description: "Object names with the list of fields wanted, or null for all.",
      type: "object",
      additionalProperties: { type: ["array", "null"], items: { type: "string" } },
    });
}
