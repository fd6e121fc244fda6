export type HistoryStatus =
  | "in_progress"
  | "completed"
  | "cancelled"
  | "error"
  | "klippy_shutdown"
  | "klippy_disconnect"
  | "server_exit"
  | "interrupted";

export interface HistoryJob {
  readonly job_id: string;
  readonly user: string;
  readonly filename: string;
  status: HistoryStatus;
  /** Unix seconds. */
  readonly start_time: number;
  end_time: number | null;
  print_duration: number;
  total_duration: number;
  filament_used: number;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly auxiliary_data: readonly unknown[];
}

export interface PrintFigures {
  readonly print_duration: number;
  readonly total_duration: number;
  readonly filament_used: number;
}

/** Moonraker's history: survives its restarts, knows one open job at most. */
export class History {
  readonly #jobs: HistoryJob[] = [];
  #open: HistoryJob | null = null;

  get open(): HistoryJob | null {
    return this.#open;
  }

  /** Newest first. */
  list(): readonly HistoryJob[] {
    return [...this.#jobs].reverse();
  }

  find(jobId: string): HistoryJob | undefined {
    return this.#jobs.find((job) => job.job_id === jobId);
  }

  newestOf(filename: string): HistoryJob | undefined {
    return this.#jobs.findLast((job) => job.filename === filename);
  }

  start(
    filename: string,
    metadata: Readonly<Record<string, unknown>>,
    figures: PrintFigures,
    time: number,
  ): HistoryJob {
    const job: HistoryJob = {
      job_id: (this.#jobs.length + 1).toString(16).toUpperCase().padStart(6, "0"),
      user: "_TRUSTED_USER_",
      filename,
      status: "in_progress",
      start_time: time,
      end_time: null,
      ...figures,
      metadata,
      auxiliary_data: [],
    };
    this.#jobs.push(job);
    this.#open = job;
    return job;
  }

  /** Ends the open job; null when there is none. */
  finish(status: HistoryStatus, figures: PrintFigures, time: number): HistoryJob | null {
    const job = this.#open;
    if (job === null) return null;
    this.#open = null;
    const { print_duration, total_duration, filament_used } = figures;
    Object.assign(job, { print_duration, total_duration, filament_used, status, end_time: time });
    return job;
  }

  /** A server that starts finds a job still open: it was interrupted. */
  interrupt(time: number): void {
    const job = this.#open;
    if (job !== null) this.finish("interrupted", job, time);
  }

  totals(): Record<string, number> {
    const ended = this.#jobs.filter((job) => job.end_time !== null);
    const sum = (pick: (job: HistoryJob) => number): number =>
      ended.reduce((total, job) => total + pick(job), 0);
    const longest = (pick: (job: HistoryJob) => number): number =>
      ended.reduce((most, job) => Math.max(most, pick(job)), 0);
    return {
      total_jobs: ended.length,
      total_time: sum((job) => job.total_duration),
      total_print_time: sum((job) => job.print_duration),
      total_filament_used: sum((job) => job.filament_used),
      longest_job: longest((job) => job.total_duration),
      longest_print: longest((job) => job.print_duration),
    };
  }
}
