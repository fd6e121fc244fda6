export interface ConsoleLine {
  /** `sent` by us, `error` as Klipper marks it, `note` = a comment line, else plain output. */
  readonly kind: "sent" | "said" | "error" | "note";
  readonly text: string;
}

const AT_MOST = 500;

/** A line of the printer: Klipper writes `!!` before errors and `//` before remarks. */
export function lineOf(text: string): ConsoleLine {
  if (text.startsWith("!!")) return { kind: "error", text: text.slice(2).trim() };
  if (text.startsWith("//")) return { kind: "note", text: text.slice(2).trim() };
  return { kind: "said", text };
}

/** Adds a line; the oldest ones go. */
export function withLine(lines: readonly ConsoleLine[], line: ConsoleLine): readonly ConsoleLine[] {
  return [...lines, line].slice(-AT_MOST);
}
