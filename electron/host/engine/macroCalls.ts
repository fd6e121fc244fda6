import type { QueueCommand } from "./queueEngine.ts";

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
