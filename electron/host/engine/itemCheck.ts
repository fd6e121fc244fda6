import type { MachineCheck } from "./engineDeps.ts";
import type { QueueCommand, QueueItem } from "./queueEngine.ts";

/** A command with what speaks against this printer for each file it would queue. */
export function withMisfits(
  command: QueueCommand,
  machine: Pick<MachineCheck, "now">,
): QueueCommand {
  const check = (item: QueueItem): QueueItem => {
    const why = machine.now(item.content);
    return why === null ? item : { ...item, misfit: why };
  };
  if (command.kind === "print_now") return { ...command, item: check(command.item) };
  if (command.kind === "post" || command.kind === "replace") {
    return { ...command, items: command.items.map((item) => check(item)) };
  }
  return command;
}
