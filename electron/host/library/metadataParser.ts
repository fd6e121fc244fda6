import { Worker } from "node:worker_threads";
import { AppError, messageOf } from "#shared/rpc/errors.ts";
import type { Clock } from "#shared/util/clock.ts";
import type { Disposable } from "#shared/util/disposable.ts";
import { drop } from "#shared/util/drop.ts";
import type { Logger } from "../log/logger.ts";
import {
  ParseAnswer,
  type GcodeParser,
  type Parsed,
  type ParseRequest,
} from "./metadataMessages.ts";

const JOB_TIMEOUT = 10_000;
/** Once more in a fresh worker; a file that breaks two is left alone. */
const MAX_TRIES = 2;
const WORKER_HEAP_MB = 256;

export interface MetadataParserOptions {
  /** Entry of the worker thread; the build puts it elsewhere than the source. */
  readonly workerUrl: URL;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Milliseconds a file may take; 10 s unless told. */
  readonly jobTimeout?: number;
}

interface Job {
  readonly request: ParseRequest;
  tries: number;
  readonly resolve: (parsed: Parsed) => void;
  readonly reject: (error: AppError) => void;
}

/**
 * Parses g-code in one worker thread, one file after another. A worker that crashes, hangs or outgrows its
 * heap is replaced; its file is tried once more, then rejected. The others in line do not notice.
 */
export class MetadataParser implements GcodeParser {
  readonly #options: MetadataParserOptions;
  readonly #waiting: Job[] = [];
  #active: { readonly job: Job; readonly deadline: Disposable } | undefined;
  #worker: Worker | undefined;
  #lastId = 0;
  #closed = false;

  constructor(options: MetadataParserOptions) {
    this.#options = options;
  }

  parse(path: string): Promise<Parsed> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(closedError());
      this.#waiting.push({ request: { id: ++this.#lastId, path }, tries: 0, resolve, reject });
      this.#next();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const job of this.#waiting.splice(0)) job.reject(closedError());
    this.#endActive()?.reject(closedError());
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #next(): void {
    if (this.#active !== undefined || this.#closed) return;
    const job = this.#waiting.shift();
    if (job === undefined) return;
    job.tries++;
    const deadline = this.#options.clock.setTimer(this.#options.jobTimeout ?? JOB_TIMEOUT, () =>
      this.#replaceWorker("took too long"),
    );
    this.#active = { job, deadline };
    this.#worker ??= this.#startWorker();
    this.#worker.postMessage(job.request);
  }

  #startWorker(): Worker {
    const worker = new Worker(this.#options.workerUrl, {
      resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MB },
    });
    // Parsing must not keep a process alive that has nothing else to do.
    worker.unref();
    worker.on("message", (message: unknown) => {
      if (worker === this.#worker) this.#onAnswer(message);
    });
    let reason = "ended";
    worker.on("error", (error) => (reason = messageOf(error)));
    worker.on("exit", () => {
      if (worker === this.#worker) this.#replaceWorker(reason);
    });
    return worker;
  }

  #onAnswer(message: unknown): void {
    const answer = ParseAnswer.safeParse(message);
    if (!answer.success) return this.#replaceWorker("gave an answer that makes no sense");
    if (answer.data.id !== this.#active?.job.request.id) return;
    const job = this.#endActive();
    switch (answer.data.kind) {
      case "parsed":
        job?.resolve(answer.data.parsed);
        break;
      case "failed":
        job?.reject(new AppError("bad_request", `Cannot be read: ${answer.data.message}`));
        break;
    }
    this.#next();
  }

  #replaceWorker(reason: string): void {
    const broken = this.#worker;
    this.#worker = undefined;
    if (broken !== undefined) {
      drop(broken.terminate(), (error) =>
        this.#options.logger.warn("metadata worker did not end", { error: messageOf(error) }),
      );
    }
    const job = this.#endActive();
    if (job !== undefined) {
      this.#options.logger.warn("metadata worker broke", { reason, path: job.request.path });
      if (job.tries < MAX_TRIES) this.#waiting.push(job);
      else job.reject(new AppError("internal", `The metadata worker broke on it: ${reason}`));
    }
    this.#next();
  }

  #endActive(): Job | undefined {
    const active = this.#active;
    this.#active = undefined;
    active?.deadline.dispose();
    return active?.job;
  }
}

function closedError(): AppError {
  return new AppError("unavailable", "The file library is closing.");
}
