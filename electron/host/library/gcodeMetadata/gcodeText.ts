/**
 * Start and end of a g-code file as lines. Text is kept as Latin-1, one character a byte, so that places in
 * it are byte offsets; `valueText` turns a value into what the slicer meant.
 */
export interface GcodeText {
  /** Lines of the start; one cut by the end of what was read is left out. */
  readonly head: readonly GcodeLine[];
  /** Lines of the end. In a small file head and tail overlap. */
  readonly tail: readonly GcodeLine[];
  readonly size: number;
}

export interface GcodeLine {
  readonly text: string;
  /** Bytes from the start of the file. */
  readonly offset: number;
}

/** Comments by name, lower case: `; layer_height = 0.2` and `;TIME:90` both are. */
export type CommentValues = ReadonlyMap<string, string>;

/** A longer line cannot be a value this parser knows, only a pattern's nightmare. */
const MAX_LINE = 4096;
const MAX_NAME = 80;
/** Bound of a map built from a hostile file. */
const MAX_VALUES = 20_000;

/** How much of each end of a file is read, in bytes. */
export const END_BYTES = 512 * 1024;

export function readGcodeText(head: Uint8Array, tail: Uint8Array, size: number): GcodeText {
  const headLines = splitLines(head, 0);
  if (head.byteLength < size) headLines.pop();
  const tailLines = splitLines(tail, size - tail.byteLength);
  if (tail.byteLength < size) tailLines.shift();
  return { head: headLines, tail: tailLines, size };
}

/** The last word on each name wins in the end of a file, the first in its start, the end before the start. */
export function readComments(text: GcodeText): CommentValues {
  const values = new Map<string, string>();
  for (let index = text.tail.length - 1; index >= 0; index--) addComment(values, text.tail[index]);
  for (const line of text.head) addComment(values, line);
  return values;
}

/** A value as the slicer wrote it: UTF-8 once more. */
export function valueText(value: string): string {
  return Buffer.from(value, "latin1").toString("utf8");
}

function splitLines(bytes: Uint8Array, start: number): GcodeLine[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  const lines: GcodeLine[] = [];
  for (let at = 0; at < text.length;) {
    const newline = text.indexOf("\n", at);
    const end = newline === -1 ? text.length : newline;
    const stop = end > at && text[end - 1] === "\r" ? end - 1 : end;
    lines.push({ text: text.slice(at, stop), offset: start + at });
    at = end + 1;
  }
  return lines;
}

function addComment(values: Map<string, string>, line: GcodeLine | undefined): void {
  if (line === undefined || !line.text.startsWith(";") || line.text.length > MAX_LINE) return;
  const cut = line.text.search(/[=:]/);
  if (cut === -1 || cut > MAX_NAME || values.size >= MAX_VALUES) return;
  const name = line.text.slice(1, cut).trim().toLowerCase();
  const value = line.text.slice(cut + 1).trim();
  if (name !== "" && value !== "" && !values.has(name)) values.set(name, value);
}
