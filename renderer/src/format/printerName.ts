import type { NameParts } from "./fileName.ts";

const LONGEST_TAIL = 6;

/** Splits a printer's name so that a short last word, most often its number, stays visible. */
export function printerNameParts(name: string): NameParts {
  const at = name.lastIndexOf(" ");
  if (at <= 0 || name.length - at > LONGEST_TAIL) return { head: name, tail: "" };
  return { head: name.slice(0, at), tail: name.slice(at) };
}
