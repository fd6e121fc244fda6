/**
 * Reads of single fields of foreign data, for what is read with every frame of every printer: there a schema
 * is a tenth of the host's work. Everywhere else a schema says more.
 */

type Fields = Readonly<Record<string, unknown>>;

/** A record: neither null nor a list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The text of a field; "" when it holds none. */
export function textIn(fields: Fields | undefined, name: string): string {
  const value = fields?.[name];
  return typeof value === "string" ? value : "";
}

/** The number of a field; null when it holds none, or one that JSON has no word for. */
export function numberIn(fields: Fields | undefined, name: string): number | null {
  const value = fields?.[name];
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
