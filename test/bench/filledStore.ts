import type { Attempt, AttemptOutcome } from "#shared/domain/attempt.ts";
import { ContentHash, createIdSource, type IdSource, PrinterId } from "#shared/domain/ids.ts";
import type { Copy, Job } from "#shared/domain/job.ts";
import { DEFAULT_PRINTER_OPTIONS, type PrinterOptions } from "#shared/domain/printer.ts";
import { systemClock } from "#shared/util/clock.ts";
import { silentLogger } from "../../electron/host/log/logger.ts";
import { openStore, type Store } from "../../electron/host/store/openStore.ts";

export interface Filling {
  /** Addresses of Moonraker printers. */
  readonly printers: readonly string[];
  readonly options?: Partial<PrinterOptions>;
  /** Spread evenly over the printers. */
  readonly jobs?: number;
  readonly attempts?: number;
}

const OUTCOMES: readonly AttemptOutcome[] = [
  "finished",
  "finished",
  "finished",
  "failed",
  "cancelled",
];
const HOUR = 3_600_000;
/** Attempts per commit. */
const CHUNK = 500;

/** Makes a data folder as years of use leave it, through the store's own doors. Returns the printers' ids. */
export async function fillStore(folder: string, filling: Filling): Promise<readonly PrinterId[]> {
  const store = await openStore({ dir: folder, clock: systemClock, logger: silentLogger });
  const source = createIdSource(() => Date.now());
  const ids = filling.printers.map((_, n) => PrinterId.parse(`printer-${n}`));
  try {
    for (const [n, url] of filling.printers.entries()) {
      const id = PrinterId.parse(`printer-${n}`);
      await store.printers.put({
        id,
        name: `Printer ${n}`,
        order: n,
        link: { kind: "moonraker", url, apiKey: null },
        options: { ...DEFAULT_PRINTER_OPTIONS, ...filling.options },
        tags: [],
        createdAt: Date.now(),
      });
    }
    const share = (whole = 0): number => Math.ceil(whole / Math.max(1, ids.length));
    for (const [n, id] of ids.entries()) {
      const jobs = Math.min(share(filling.jobs), (filling.jobs ?? 0) - n * share(filling.jobs));
      await fillQueue(store, source, id, Math.max(0, jobs), share(filling.attempts));
    }
    return ids;
  } finally {
    await store.close();
  }
}

async function fillQueue(
  store: Store,
  source: IdSource,
  printerId: PrinterId,
  waiting: number,
  attempts: number,
): Promise<void> {
  let before = store.queues.load(printerId, Date.now());
  const jobs = new Map<Job["id"], Job>();
  const copies: Copy[] = [];
  for (let n = 0; n < waiting; n++) {
    const job = jobOf(source, printerId, n);
    jobs.set(job.id, job);
    const { id: jobId, filename, contentHash, createdAt: addedAt } = job;
    const order = (n + 1) * 1024;
    copies.push({ id: source.copy(), jobId, printerId, filename, contentHash, order, addedAt });
  }
  for (let done = 0; done === 0 || done < attempts; done += CHUNK) {
    const ended = Array.from({ length: Math.min(CHUNK, attempts - done) }, (_, n) =>
      attemptOf(source, printerId, done + n),
    );
    const after = { ...before, revision: before.revision + 1, jobs, copies };
    await store.queues.commit([{ before, after, ended, journal: [] }]);
    before = after;
  }
}

function jobOf(source: IdSource, printerId: PrinterId, n: number): Job {
  return {
    id: source.job(),
    printerId,
    filename: `part-${n % 50}.gcode`,
    contentHash: contentOf(n % 50),
    wanted: 1,
    done: 0,
    hold: null,
    note: "",
    createdAt: Date.now(),
    by: "bench",
  };
}

function attemptOf(source: IdSource, printerId: PrinterId, n: number): Attempt {
  const endedAt = Date.now() - (n + 1) * HOUR;
  const startedAt = endedAt - HOUR / 2;
  const state = OUTCOMES[n % OUTCOMES.length] ?? "finished";
  const filename = `part-${n % 50}.gcode`;
  const path = `nextplate/00000000/${filename}`;
  return {
    id: source.attempt(),
    copyId: source.copy(),
    jobId: source.job(),
    printerId,
    filename,
    contentHash: contentOf(n % 50),
    state,
    copyAddedAt: startedAt,
    createdAt: startedAt,
    staged: { path, size: 1_000_000, modified: startedAt / 1000 },
    baseline: {
      klippyProcess: "1:1",
      historyJobId: "000001",
      historyStartTime: null,
      filename: "",
      state: "standby",
      totalDuration: 0,
      at: startedAt,
    },
    startSentAt: startedAt,
    startedAt,
    endedAt,
    historyJobId: "000002",
    evidence: [
      { at: startedAt, text: "The printer's history has a new print of the file." },
      { at: endedAt, text: "The printer says that the print is complete, and its toolhead rests." },
    ],
    message: state === "failed" ? "Move out of range: 300.0 0.0 0.0" : null,
    decision: state === "finished" ? null : "dismiss",
  };
}

function contentOf(n: number): ContentHash {
  return ContentHash.parse(n.toString(16).padStart(64, "0"));
}
