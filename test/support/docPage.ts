import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface Example {
  readonly name: string;
  readonly language: string;
  readonly text: string;
}

/** The examples of a page of docs/: code blocks below a comment that names them. */
export function examplesOf(page: string): {
  readonly examples: readonly Example[];
  /** Code blocks in all, named or not. */
  readonly blocks: number;
} {
  const text = readFileSync(join(import.meta.dirname, "../../docs", page), "utf8");
  const named = text.matchAll(/<!-- example: ([\w-]+) -->\n\n```(\w+)\n([^]*?)^```$/gm);
  return {
    examples: [...named].map(([, name = "", language = "", code = ""]) => ({
      name,
      language,
      text: code,
    })),
    blocks: [...text.matchAll(/^```\w+$/gm)].length,
  };
}

/** The macros of a piece of printer.cfg: name to its lines. */
export function macrosOf(config: string): Record<string, string[]> {
  const sections = [...config.matchAll(/^\[gcode_macro (\w+)\]\n([^[]*)/gm)];
  return Object.fromEntries(
    sections.map(([, name = "", body = ""]) => {
      const gcode = /^gcode:\n((?:[ \t]+.*\n?)*)/m.exec(body)?.[1] ?? "";
      const lines = gcode
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line !== "")
        // Klipper renders a template's action before it runs the line; the simulator has a command for it.
        .map((line) =>
          line.replace(
            /^\{ *action_call_remote_method\("(\w+)"\) *\}$/,
            "ACTION_CALL_REMOTE_METHOD METHOD=$1",
          ),
        );
      return [name, lines];
    }),
  );
}

/**
 * A template of Home Assistant, as far as the page uses them: paths, `length`, `==` and `!=`. Throws for
 * anything else, so that an example which says more is not taken for tested.
 */
export function renderTemplate(
  template: string,
  variables: Readonly<Record<string, unknown>>,
): string {
  return template.replaceAll(/\{\{ *(.*?) *\}\}/g, (_, expression: string) => {
    const match = /^([\w.]+)(?: *(\| *length|==|!=) *(?:'([^']*)')?)?$/.exec(expression);
    if (match === null) throw new Error(`not understood: ${expression}`);
    const [, path = "", operator, other] = match;
    const value = path.split(".").reduce<unknown>((inner, key) => Object(inner)[key], variables);
    if (value === undefined) throw new Error(`there is no ${path}`);
    if (operator === undefined) return typeof value === "string" ? value : JSON.stringify(value);
    if (operator.startsWith("|")) return String(Object(value).length);
    return String((value === other) === (operator === "=="));
  });
}
