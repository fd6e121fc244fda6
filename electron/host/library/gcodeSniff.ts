/** How much of a file's start is looked at, in bytes. */
export const SNIFF_BYTES = 64 * 1024;

const CLASSIC_COMMAND = /^\s*(?:N\d+\s*)?[GMT]\d/i;
/** A macro call: NAME or NAME KEY=VALUE ...; a lone lower-case word is prose, not a macro. */
const MACRO = /^\s*(?:[A-Z][A-Z0-9_]+|[A-Za-z]+_[A-Za-z0-9_]*)(?:\s+[A-Za-z_]\w*=\S+)*\s*$/;

/**
 * Why the start of a file cannot be g-code, or undefined when it may be. `complete` says that `head` is the
 * whole file: a long start of nothing but comments (embedded pictures) is given the benefit of the doubt.
 */
export function whyNotGcode(head: Uint8Array, complete: boolean): string | undefined {
  if (head.byteLength === 0) return "it is empty";
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString("latin1");
  const start = text.replace(/^\u00EF\u00BB\u00BF/, "").trimStart();
  if (start.startsWith("GCDE")) {
    return 'it is binary g-code, which Klipper cannot read: switch off "binary G-code" in the slicer';
  }
  if (start.startsWith("PK\u0003\u0004")) {
    return "it is a zip archive (a project file?): export the sliced g-code instead";
  }
  if (looksBinary(text)) return "it holds binary data";
  if (/^<(?:!doctype|html|head|body|\?xml|svg)/i.test(start)) return "it is a web page or XML";
  if (/^(?:\{\s*(?:"|\})|\[\s*(?:["{[\]]|-?\d))/.test(start)) return "it is JSON";
  const lines = start.split(/\r\n|\r|\n/);
  // The last line may be cut in the middle.
  if (!complete) lines.pop();
  const code = lines.map((line) => line.replace(/;.*$/s, "")).filter((line) => line.trim() !== "");
  if (code.length === 0 && lines.length > 0 && !complete) return undefined;
  return code.some(isCommand) ? undefined : "it has no g-code commands";
}

function isCommand(line: string): boolean {
  // A macro call is short; the bound keeps the pattern cheap on hostile lines.
  return CLASSIC_COMMAND.test(line) || (line.length <= 512 && MACRO.test(line));
}

function looksBinary(text: string): boolean {
  if (text.includes("\0")) return true;
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  const controls = text.match(/[\u0001-\u0008\u000E-\u001F\u007F]/g)?.length ?? 0;
  return controls > 4 + text.length / 200;
}
