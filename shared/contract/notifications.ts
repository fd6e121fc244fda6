import * as z from "zod";
import { FarmChanged, PrinterLive } from "./farm.ts";
import { FileMetadata, FilelistChanged } from "./files.ts";
import { JobQueueChanged } from "./jobQueue.ts";

/** Server to client, by name; params are positional as Moonraker sends them. */
export const notifications = {
  notify_job_queue_changed: z.tuple([JobQueueChanged]),
  notify_filelist_changed: z.tuple([FilelistChanged]),
  notify_metadata_update: z.tuple([FileMetadata.extend({ filename: z.string() })]),
  notify_status_update: z.tuple([
    z.record(z.string(), z.record(z.string(), z.unknown())),
    z.number(),
  ]),
  notify_gcode_response: z.tuple([z.string()]),
  notify_klippy_ready: z.tuple([]),
  notify_klippy_shutdown: z.tuple([]),
  notify_klippy_disconnected: z.tuple([]),
  notify_history_changed: z.tuple([z.record(z.string(), z.unknown())]),
  /** Sent every few seconds so that no client takes us for dead; Mainsail closes after 10 s of silence. */
  notify_proc_stat_update: z.tuple([z.record(z.string(), z.unknown())]),
  notify_user_created: z.tuple([z.object({ username: z.string() })]),
  notify_user_deleted: z.tuple([z.object({ username: z.string() })]),
  notify_user_logged_out: z.tuple([z.object({ username: z.string() })]),
  notify_farm_changed: z.tuple([FarmChanged]),
  /** Temperatures and progress of all printers that moved, at most four times a second. */
  notify_farm_live: z.tuple([z.array(PrinterLive)]),
};

export type NotificationName = keyof typeof notifications;
export type NotificationParams<N extends NotificationName> = z.output<(typeof notifications)[N]>;
