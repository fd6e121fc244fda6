import type { QueueCommand } from "./queueEngine.ts";

/**
 * The queue's method that a line of Klipper's output asks for, as host commands are written there:
 * `RESPOND TYPE=command MSG="action:pause_job_queue"`. A Moonraker keeps the methods themselves for its own
 * queue, so this is the way of macros behind one. Undefined = it is any other line.
 */
export function calledByLine(line: string): string | undefined {
  return /^\/\/ action:(start_job_queue|pause_job_queue)$/.exec(line.trim())?.[1];
}

/**
 * What a macro asks for that calls one of the queue's remote methods; undefined = not ours. Its start arms,
 * and is never a word on the plate.
 */
export function macroCommand(name: string, receivedAt: number): QueueCommand | undefined {
  switch (name) {
    case "start_job_queue":
      return { kind: "start", mayClearPlate: false, receivedAt };
    case "pause_job_queue":
      return { kind: "pause" };
    default:
      return undefined;
  }
}
