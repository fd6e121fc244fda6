import * as z from "zod";
import type { Clock } from "#shared/util/clock.ts";
import type { PrinterObjects } from "#shared/util/mergeStatus.ts";
import type { FileStore } from "./fileStore.ts";
import type { History, HistoryJob, HistoryStatus, PrintFigures } from "./history.ts";

const PrintStatus = z.object({
  state: z.string(),
  filename: z.string(),
  total_duration: z.number(),
  print_duration: z.number(),
  filament_used: z.number(),
});
type PrintStatus = z.output<typeof PrintStatus>;

export type JobEnd = "complete" | "cancelled" | "error";

interface JobStateOptions {
  readonly clock: Clock;
  readonly files: FileStore;
  readonly history: History;
}

/**
 * Reads jobs out of the changes of print_stats.state, once per status tick, as Moonraker does. A job
 * that begins and ends between two ticks is invisible to it when the state reads the same after it.
 */
export class JobState {
  readonly #options: JobStateOptions;
  readonly #onChange: (action: "added" | "finished", job: object) => void;
  #last: PrintStatus | null = null;
  #started = false;

  constructor(
    options: JobStateOptions,
    onChange: (action: "added" | "finished", job: object) => void,
  ) {
    this.#options = options;
    this.#onChange = onChange;
  }

  /** A print of this server's time is running or paused. */
  get isJobRunning(): boolean {
    return this.#started;
  }

  get state(): string {
    return this.#last?.state ?? "standby";
  }

  /** On (re)connection only the state is taken over: a print already running is not a job of ours. */
  connect(objects: PrinterObjects): void {
    this.#last = PrintStatus.safeParse(objects["print_stats"]).data ?? null;
    this.#started = false;
  }

  /** Returns how a job ended, if one did. */
  update(objects: PrinterObjects): JobEnd | null {
    const now = PrintStatus.safeParse(objects["print_stats"]).data;
    if (now === undefined) return null;
    const before = this.#last;
    this.#last = now;
    if (before === null || before.state === now.state) return null;
    switch (now.state) {
      case "printing":
        if (before.state === "paused" && isSameJob(before, now)) return null;
        this.#start(now);
        return null;
      case "complete":
      case "cancelled":
      case "error":
        // From idle straight to an end: the start was too short to be seen.
        if (before.state !== "printing" && before.state !== "paused") this.#start(now);
        this.#finish(now.state === "complete" ? "completed" : now.state, now);
        return now.state;
      case "standby":
        this.#finish("cancelled", before);
        return null;
      default:
        return null;
    }
  }

  /** The printer or the server goes away in the middle. */
  end(status: HistoryStatus): void {
    if (this.#last !== null) this.#finish(status, this.#last);
  }

  #start(now: PrintStatus): void {
    const { history, files } = this.#options;
    // A paused print replaced by another start leaves its entry open; Moonraker closes it so.
    this.#finish("cancelled", now);
    this.#started = true;
    const metadata = files.get(now.filename)?.metadata ?? {};
    const job = history.start(now.filename, metadata, figures(now), this.#time());
    this.#onChange("added", this.#wire(job));
  }

  #finish(status: HistoryStatus, now: PrintStatus): void {
    this.#started = false;
    const job = this.#options.history.finish(status, figures(now), this.#time());
    if (job !== null) this.#onChange("finished", this.#wire(job));
  }

  #time(): number {
    return this.#options.clock.now() / 1000;
  }

  #wire(job: HistoryJob): object {
    return wireJob(job, this.#options.files);
  }
}

/** A history job as answers and notifications show it. */
export function wireJob(job: HistoryJob, files: FileStore): object {
  return { ...job, exists: files.get(job.filename)?.metadata["uuid"] === job.metadata["uuid"] };
}

function isSameJob(before: PrintStatus, now: PrintStatus): boolean {
  return before.filename === now.filename && now.total_duration >= before.total_duration;
}

function figures(status: PrintStatus): PrintFigures {
  const { print_duration, total_duration, filament_used } = status;
  return { print_duration, total_duration, filament_used };
}
