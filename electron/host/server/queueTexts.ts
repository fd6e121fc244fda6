import type { JobQueueChanged, JobQueueStatus, QueuedJob } from "#shared/contract/jobQueue.ts";
import type { Copy } from "#shared/domain/job.ts";
import type { QueueState } from "#shared/domain/queue.ts";
import type { QueueSnapshot } from "../engine/queueEngine.ts";
import { OwnJson } from "./ownJson.ts";
import { queuedJobs } from "./queuedJobs.ts";

/** Milliseconds a list's text serves: as late as that may be the times in it that its copies have waited. */
const SERVES = 10;

/**
 * Queues as JSON text. A waiting copy never changes, so all of its row but the time it has waited is
 * written once; a list asked for twice in a moment, as for an announcement and an answer, is the same text.
 */
export class QueueTexts {
  /** A row up to its last value. */
  readonly #rows = new WeakMap<Copy, string>();
  readonly #lists = new WeakMap<readonly Copy[], readonly string[]>();
  #last: { readonly list: readonly Copy[]; readonly now: number; readonly text: string } | null =
    null;

  /** The rows of a list as a JSON array. `now` in wall milliseconds. */
  list(copies: readonly Copy[], now: number): string {
    const last = this.#last;
    const serves = last?.list === copies && last.now <= now && now < last.now + SERVES;
    if (last !== null && serves) return last.text;
    const heads = this.#headsOf(copies);
    let text = "";
    let addedAt = Number.NaN;
    let waited = "";
    for (const [index, copy] of copies.entries()) {
      if (copy.addedAt !== addedAt) {
        addedAt = copy.addedAt;
        waited = `${Math.max(0, now - addedAt) / 1000}}`;
      }
      text += (heads[index] ?? "") + waited;
    }
    text = `[${text.slice(1)}]`;
    this.#last = { list: copies, now, text };
    return text;
  }

  #headsOf(copies: readonly Copy[]): readonly string[] {
    let heads = this.#lists.get(copies);
    if (heads === undefined) {
      heads = copies.map((copy) => this.#headOf(copy));
      this.#lists.set(copies, heads);
    }
    return heads;
  }

  /** With the comma that parts it from the row before. */
  #headOf(copy: Copy): string {
    let head = this.#rows.get(copy);
    if (head === undefined) {
      const name = JSON.stringify(copy.filename);
      head = `,{"filename":${name},"job_id":"${copy.id}","time_added":${copy.addedAt / 1000},"time_in_queue":`;
      this.#rows.set(copy, head);
    }
    return head;
  }
}

/** A queue as `server.job_queue.*` answers it. */
export class QueueAnswer extends OwnJson implements JobQueueStatus {
  readonly queue_state: QueueState;
  readonly #copies: readonly Copy[];
  readonly #now: number;
  readonly #texts: QueueTexts;

  /** `now` in wall milliseconds. */
  constructor(texts: QueueTexts, snapshot: QueueSnapshot, now: number) {
    super();
    this.queue_state = snapshot.state;
    this.#copies = snapshot.stored.copies;
    this.#now = now;
    this.#texts = texts;
  }

  get queued_jobs(): QueuedJob[] {
    return queuedJobs(this.#copies, this.#now);
  }

  override jsonText(): string {
    const list = this.#texts.list(this.#copies, this.#now);
    return `{"queued_jobs":${list},"queue_state":"${this.queue_state}"}`;
  }
}

/** What `notify_job_queue_changed` tells, as a frame; `copies` null = the list has not changed. */
export function queueChangedText(
  texts: QueueTexts,
  change: {
    readonly action: JobQueueChanged["action"];
    readonly copies: readonly Copy[] | null;
    readonly state: QueueState;
  },
  at: number,
  printer: string | undefined,
): string {
  const list = change.copies === null ? "null" : texts.list(change.copies, at);
  const named = printer === undefined ? "" : `,"printer":"${printer}"`;
  return `{"jsonrpc":"2.0","method":"notify_job_queue_changed","params":[{"action":"${change.action}","updated_queue":${list},"queue_state":"${change.state}"${named}}]}`;
}
