/** Commands that were sent, walked with the arrows as in a shell. */
export function useCommandMemory(): {
  readonly keep: (command: string) => void;
  /** The command before or after the one shown; undefined past the newest. */
  readonly walk: (step: -1 | 1) => string | undefined;
} {
  const commands: string[] = [];
  let at = 0;
  return {
    keep: (command) => {
      if (commands.at(-1) !== command) commands.push(command);
      at = commands.length;
    },
    walk: (step) => {
      at = Math.max(0, Math.min(commands.length, at + step));
      return commands[at];
    },
  };
}
