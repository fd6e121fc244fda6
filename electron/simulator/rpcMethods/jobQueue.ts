import { boolean, list, text } from "../moonraker/arguments.ts";
import type { MethodTable } from "./method.ts";

export const jobQueueMethods: MethodTable = {
  "server.job_queue.status": (_args, { moonraker }) => moonraker.queue.status(),
  "server.job_queue.post_job": (args, { moonraker }) => {
    moonraker.queue.post(list(args, "filenames"), boolean(args, "reset"));
    return moonraker.queue.status();
  },
  "server.job_queue.delete_job": (args, { moonraker }) => {
    moonraker.queue.remove(boolean(args, "all") ? null : list(args, "job_ids"));
    return moonraker.queue.status();
  },
  "server.job_queue.pause": (_args, { moonraker }) => {
    moonraker.queue.pause();
    return moonraker.queue.status();
  },
  "server.job_queue.start": async (_args, { moonraker }) => {
    await moonraker.queue.start();
    return moonraker.queue.status();
  },
  "server.job_queue.jump": (args, { moonraker }) => {
    moonraker.queue.jump(text(args, "job_id"));
    return moonraker.queue.status();
  },
};
