/** One line of g-code, split as Klipper splits it. */
export interface GcodeLine {
  /** Upper case: `G1`, `M104`, `SDCARD_PRINT_FILE`. */
  readonly command: string;
  /** Upper-case keys. `G1 X5` gives `{X: "5"}`, `RESPOND MSG="a b"` gives `{MSG: "a b"}`. */
  readonly params: Readonly<Record<string, string>>;
  /** Everything after the command, as written. */
  readonly rest: string;
  /** A word without `=` among named parameters: a known command refuses it. */
  readonly isMalformed: boolean;
}

/** A g-code command failed; the text is what Klipper prints after `!! `. */
export class GcodeError extends Error {
  override readonly name = "GcodeError";
}

const TRADITIONAL = /^([GMT]\d+(?:\.\d+)?)\s*(.*)$/i;

/** Parses one line; null for blank lines and comments. Throws GcodeError on broken quoting. */
export function parseGcodeLine(text: string): GcodeLine | null {
  const line = text.trim();
  if (line === "" || line.startsWith(";")) return null;
  const traditional = TRADITIONAL.exec(line);
  if (traditional !== null) {
    const rest = stripComment(traditional[2] ?? "");
    const command = (traditional[1] ?? "").toUpperCase();
    return { command, params: letterParams(rest), rest, isMalformed: false };
  }
  const space = line.search(/[\s;]/);
  const command = (space < 0 ? line : line.slice(0, space)).toUpperCase();
  const rest = space < 0 ? "" : line.slice(space).trim();
  return { command, rest, ...namedParams(rest, line) };
}

/** The number of one parameter, or the fallback where it is missing. */
export function numberOf(line: GcodeLine, key: string, fallback: number): number {
  const text = line.params[key];
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!Number.isFinite(value)) throw new GcodeError(`Unable to parse '${key}${text}'`);
  return value;
}

function stripComment(text: string): string {
  const semicolon = text.indexOf(";");
  return (semicolon < 0 ? text : text.slice(0, semicolon)).trim();
}

function letterParams(rest: string): Record<string, string> {
  const params: Record<string, string> = {};
  for (const word of rest.split(/\s+/)) {
    if (word !== "") params[word.charAt(0).toUpperCase()] = word.slice(1);
  }
  return params;
}

/** `KEY=value KEY="quoted value"`, with backslash escapes inside quotes as a shell lexer reads them. */
function namedParams(rest: string, line: string): Pick<GcodeLine, "params" | "isMalformed"> {
  const params: Record<string, string> = {};
  let isMalformed = false;
  let index = 0;
  while (index < rest.length) {
    if (/\s/.test(rest.charAt(index))) {
      index++;
      continue;
    }
    if (rest.charAt(index) === ";") break;
    let word = "";
    let quoted = false;
    for (; index < rest.length; index++) {
      const char = rest.charAt(index);
      if (char === '"') quoted = !quoted;
      else if (quoted && char === "\\") word += rest.charAt(++index);
      else if (!quoted && (/\s/.test(char) || char === ";")) break;
      else word += char;
    }
    if (quoted) throw new GcodeError(`Malformed command '${line}'`);
    const equals = word.indexOf("=");
    if (equals > 0) params[word.slice(0, equals).toUpperCase()] = word.slice(equals + 1);
    else isMalformed = true;
  }
  return { params, isMalformed };
}
