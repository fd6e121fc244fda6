/** Klipper's traditional commands: a letter and a number, as in G28 or M117. */
const TRADITIONAL = /^[A-Z]\d+(?:\.\d+)?$/;

/** The commands a script names, upper case, each once; comments and blank lines name none. */
export function commandsOf(script: string): readonly string[] {
  const names = script.split("\n").flatMap((line) => {
    const word = /^\s*([^\s;]+)/.exec(line.replace(/;.*$/, ""))?.[1];
    return word === undefined ? [] : [word.toUpperCase()];
  });
  return [...new Set(names)];
}

/**
 * Commands of a script that a printer does not seem to have: neither a macro among its objects
 * (`gcode_macro NAME`), nor one that Klipper has help for, nor a traditional one. Klipper answers "ok" to
 * what it does not know, so this is told before a plate depends on it.
 */
export function unknownCommands(
  script: string,
  objects: readonly string[],
  helped: readonly string[] | null,
): readonly string[] {
  const known = new Set([
    ...(helped ?? []),
    ...objects.flatMap((name) => {
      const macro = /^gcode_macro\s+(.+)$/i.exec(name)?.[1];
      return macro === undefined ? [] : [macro.toUpperCase()];
    }),
  ]);
  return commandsOf(script).filter((name) => !TRADITIONAL.test(name) && !known.has(name));
}
