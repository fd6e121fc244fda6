/**
 * Commands of g-code that name a file, as Klipper reads them (observed on v0.13.0-730): a parameter, in double
 * quotes when it holds a space, or for M23 the rest of the line.
 */
const PRINT = /(^|\n)([^\S\n]*SDCARD_PRINT_FILE[^\S\n]+FILENAME=)("(?:[^"\\\n]|\\.)*"|[^\s"]+)/gi;
const SELECT = /(^|\n)([^\S\n]*M23[^\S\n]+)([^\n;*]+)/gi;

/** The file that a script starts, when that is all it does; null for every other script. */
export function soleStart(script: string): string | null {
  const [match, ...more] = script.matchAll(PRINT);
  if (match === undefined || more.length > 0 || match[0].trim() !== script.trim()) return null;
  return unquoted(match[3] ?? "");
}

/** A script with every file it names called as `nameOf` says. */
export function withNames(script: string, nameOf: (name: string) => string): string {
  const renamed = script.replace(PRINT, (text, start: string, command: string, given: string) => {
    const name = unquoted(given);
    const now = nameOf(name);
    return now === name ? text : start + command + quoted(now);
  });
  return renamed.replace(SELECT, (text, start: string, command: string, given: string) => {
    const name = given.trim().replace(/^\//, "");
    const now = nameOf(name);
    return now === name ? text : start + command + now;
  });
}

function unquoted(given: string): string {
  const plain = given.startsWith('"') ? given.slice(1, -1).replace(/\\(.)/g, "$1") : given;
  return plain.replace(/^\//, "");
}

function quoted(name: string): string {
  return `"${name.replace(/["\\]/g, "\\$&")}"`;
}
