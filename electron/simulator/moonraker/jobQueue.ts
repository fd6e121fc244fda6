import type { Disposable } from "#shared/util/disposable.ts";
import { messageOf } from "#shared/rpc/errors.ts";
import { drop } from "#shared/util/drop.ts";
import type { JobEnd } from "./jobState.ts";
import type { MoonrakerInside } from "./moonrakerInside.ts";
import { ServerError } from "./serverError.ts";
import { startPrint } from "./startPrint.ts";

type QueueState = "paused" | "ready" | "loading" | "starting";

interface QueuedJob {
  readonly filename: string;
  readonly job_id: string;
  readonly time_added: number;
}

/** Moonraker sends queue notifications this many milliseconds after the change. */
const NOTIFY_DELAY = 50;
const LOAD_DELAY = 10;
/** Milliseconds between Klipper's ready and the load it causes. */
const STARTUP_DELAY = 1000;

/** Moonraker's own queue, in memory: enough of it to be found, read, filled and started. */
export class JobQueue {
  readonly #moonraker: MoonrakerInside;
  #jobs: QueuedJob[] = [];
  #state: QueueState = "paused";
  #pauseRequested = false;
  #loading: Disposable | undefined;
  readonly #notices = new Set<Disposable>();

  constructor(moonraker: MoonrakerInside) {
    this.#moonraker = moonraker;
  }

  status(): Record<string, unknown> {
    return { queued_jobs: this.#list(), queue_state: this.#state };
  }

  post(filenames: readonly string[], reset: boolean): void {
    const { files } = this.#moonraker.options;
    for (const filename of filenames) {
      if (files.get(filename) === undefined) {
        throw new ServerError(400, `G-Code File ${filename} does not exist`);
      }
    }
    const time = this.#moonraker.time;
    if (reset) this.#jobs = [];
    for (const filename of filenames) {
      this.#jobs.push({ filename, job_id: this.#newId(), time_added: time });
    }
    this.#announce("jobs_added", true);
    const { automaticQueue } = this.#moonraker.options;
    if (automaticQueue && !this.#pauseRequested && this.#moonraker.jobState.isJobRunning) {
      this.#setState("ready");
    }
  }

  /** null = all. */
  remove(ids: readonly string[] | null): void {
    if (this.#jobs.length === 0 || ids?.length === 0) return;
    this.#jobs = ids === null ? [] : this.#jobs.filter((job) => !ids.includes(job.job_id));
    this.#announce("jobs_removed", true);
  }

  pause(): void {
    this.stopLoading();
    this.#pauseRequested = true;
  }

  /** A shutdown pauses without counting as somebody's pause. */
  stopLoading(): void {
    this.#loading?.dispose();
    this.#setState("paused");
  }

  async start(): Promise<void> {
    this.#pauseRequested = false;
    if (this.#state !== "ready" && this.#state !== "paused") return;
    if (this.#jobs.length === 0) return this.#setState("paused");
    if (await this.#canPrint()) return this.#loadAfter(LOAD_DELAY);
    this.#setState(this.#moonraker.options.automaticQueue ? "ready" : "paused");
  }

  /** Klipper got ready: with load_on_startup the queue starts, whoever paused it (observed). */
  klippyReady(): void {
    if (!this.#moonraker.options.loadsOnStartup || this.#jobs.length === 0) return;
    if (this.#state === "ready" || this.#state === "paused") this.#loadAfter(STARTUP_DELAY);
  }

  /** Moves a job to the head; no notification, as in Moonraker. */
  jump(id: string): void {
    const job = this.#jobs.find((candidate) => candidate.job_id === id);
    if (job === undefined) throw new ServerError(400, `Invalid job id: ${id}`);
    this.#jobs = [job, ...this.#jobs.filter((candidate) => candidate !== job)];
  }

  jobEnded(end: JobEnd): void {
    if (this.#jobs.length === 0) return;
    if (end !== "complete") return this.#setState("paused");
    const { automaticQueue } = this.#moonraker.options;
    if (automaticQueue && this.#state === "ready") this.#loadAfter(LOAD_DELAY);
  }

  /** pause_job_queue and start_job_queue, called from a macro. */
  callRemote(name: string): void {
    if (name === "pause_job_queue") this.pause();
    if (name === "start_job_queue") drop(this.start(), () => this.#setState("paused"));
  }

  dispose(): void {
    this.#loading?.dispose();
    for (const notice of this.#notices) notice.dispose();
  }

  #loadAfter(delay: number): void {
    this.#setState("loading");
    const { clock } = this.#moonraker.options;
    this.#loading = clock.setTimer(delay, () => drop(this.#load(), () => this.#setState("paused")));
  }

  async #load(): Promise<void> {
    const job = this.#jobs[0];
    if (job === undefined || !(await this.#canPrint())) return this.#setState("paused");
    if (this.#state !== "loading") return;
    this.#setState("starting");
    try {
      await startPrint(this.#moonraker, job.filename);
    } catch (error) {
      this.#moonraker.options.append({ event: "failed", message: messageOf(error) });
      return this.#setState("paused");
    }
    this.#jobs = this.#jobs.filter((candidate) => candidate !== job);
    const goesOn = this.#moonraker.options.automaticQueue && this.#jobs.length > 0;
    this.#state = goesOn && !this.#pauseRequested ? "ready" : "paused";
    this.#announce("job_loaded", true);
  }

  async #canPrint(): Promise<boolean> {
    if (this.#moonraker.options.klippy.state === "disconnected") return false;
    const state = (await this.#moonraker.nextStatus())["print_stats"]?.["state"];
    return state !== undefined && state !== "printing" && state !== "paused";
  }

  #setState(state: QueueState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#announce("state_changed", false);
  }

  #announce(action: string, withList: boolean): void {
    const updated_queue = withList ? this.#list() : null;
    const params = [{ action, updated_queue, queue_state: this.#state }];
    const timer = this.#moonraker.options.clock.setTimer(NOTIFY_DELAY, () => {
      this.#notices.delete(timer);
      this.#moonraker.notify("notify_job_queue_changed", params);
    });
    this.#notices.add(timer);
  }

  #list(): readonly object[] {
    const now = this.#moonraker.time;
    return this.#jobs.map((job) => ({ ...job, time_in_queue: now - job.time_added }));
  }

  /** 16 upper-case hex digits, as an address in Moonraker's memory looks. */
  #newId(): string {
    const low = Math.floor(this.#moonraker.options.random() * 0x10_0000) * 16;
    const high = Math.floor(this.#moonraker.options.random() * 0x1000);
    const address = (0x7f00_0000 + high).toString(16) + low.toString(16).padStart(6, "0").slice(-6);
    return address.toUpperCase().padStart(16, "0");
  }
}
