import type { Readable } from "node:stream";
import type { PrinterId } from "#shared/domain/ids.ts";
import type { Actor } from "#shared/domain/plate.ts";
import { AppError } from "#shared/rpc/errors.ts";
import type { Library, LibraryFile } from "../library/library.ts";
import type { PrinterLink } from "../link/printerLink.ts";
import type { ForeignQueue } from "./foreignQueue.ts";
import type { PrinterMaster } from "./printerMaster.ts";
import type { QueueEngine } from "./queueEngine.ts";

/** Bytes; more is no g-code anybody slices. */
const LARGEST_FILE = 4 * 1024 ** 3;

export interface AdoptionParts {
  readonly printer: PrinterId;
  readonly link: Pick<PrinterLink, "request" | "openFile">;
  readonly engine: QueueEngine;
  readonly master: Pick<PrinterMaster, "readQueue" | "answerQueue">;
  readonly library: Pick<Library, "intake" | "find">;
}

/**
 * Carries out what a person said about the printer's own queue. `import` pauses it, copies its files into
 * the library, queues them here in their order, and only then takes them off there. Cut off anywhere it can
 * be done again: a job that is here already is known by its note, and nothing starts before the question is
 * answered. Rejects with AppError; then the question stays open.
 */
export async function adoptQueue(
  parts: AdoptionParts,
  choice: "import" | "leave",
  actor: Actor,
): Promise<void> {
  const { link, engine, master } = parts;
  if (choice === "import") {
    await link.request("server.job_queue.pause", {});
    // Read when it is paused: a job loaded until then is a print under way, not ours to queue again.
    const seen = await master.readQueue();
    for (const job of seen?.jobs ?? []) await importJob(parts, job, actor);
    const job_ids = seen?.jobs.map(({ id }) => id) ?? [];
    if (job_ids.length > 0) await link.request("server.job_queue.delete_job", { job_ids });
  }
  await master.answerQueue(choice, actor.name);
  await engine.apply({ kind: "record", event: "foreign_queue", data: { choice } }, actor);
}

async function importJob(
  parts: AdoptionParts,
  job: ForeignQueue["jobs"][number],
  actor: Actor,
): Promise<void> {
  const { engine } = parts;
  const note = `From the printer's own queue (${job.id}, ${job.addedAt})`;
  const isHere = [...engine.snapshot.stored.jobs.values()].some((known) => known.note === note);
  if (isHere) return;
  const file = await takeFile(parts, job.filename);
  const items = [{ filename: file.path, content: file.content, copies: 1 }];
  await engine.apply({ kind: "post", items, at: "end", hold: null, note, start: false }, actor);
}

/** Copies a file of the printer into its library; one that lies there under that name keeps the name. */
async function takeFile(parts: AdoptionParts, filename: string): Promise<LibraryFile> {
  const { link, library, printer } = parts;
  const path =
    library.find(printer, filename) === undefined ? filename : `from the printer/${filename}`;
  const never = new AbortController().signal;
  let bytes: Readable;
  try {
    bytes = await link.openFile(filename, never);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "not_found") throw error;
    throw new AppError(
      "conflict",
      `${filename} is in the printer's queue but not on its disk: remove it there, then import again.`,
      { cause: error },
    );
  }
  return library.intake(printer, path, bytes, { maxBytes: LARGEST_FILE });
}
