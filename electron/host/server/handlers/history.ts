import { HistoryJob, historyMethods } from "#shared/contract/history.ts";
import type { Attempt, AttemptOutcome } from "#shared/domain/attempt.ts";
import type { PrinterId } from "#shared/domain/ids.ts";
import { AppError } from "#shared/rpc/errors.ts";
import { requirePrinter, type HandlersOf } from "../call.ts";
import { fileMetadata } from "../fileItems.ts";
import type { HandlerParts } from "../parts.ts";
import { askPrinter } from "../printerSide.ts";
import { contentOfStaged } from "../stagedNames.ts";

/** Prints looked through for an answer of our own; more are paged by `farm.history.list`. */
const MOST = 10_000;
const PAGE = 1000;

/** Moonraker's words for how a print ended. */
const STATUS: Readonly<Record<AttemptOutcome, string>> = {
  finished: "completed",
  cancelled: "cancelled",
  failed: "error",
  interrupted: "interrupted",
  unknown: "interrupted",
};

/** The printer's own history while it is on, else what we know of the prints of its queue. */
export function historyHandlers(parts: HandlerParts): HandlersOf<typeof historyMethods> {
  const { history, library, stagedNames } = parts;

  /** Newest first; what ended before it began to print was no print. */
  const printsOf = (printer: PrinterId): readonly Attempt[] => {
    const prints: Attempt[] = [];
    let cursor: string | undefined;
    do {
      const page = history.list({ printer }, PAGE, cursor);
      prints.push(...page.attempts.filter((attempt) => attempt.startedAt !== null));
      cursor = page.cursor ?? undefined;
    } while (cursor !== undefined && prints.length < MOST);
    return prints;
  };
  const jobOf = async (attempt: Attempt): Promise<HistoryJob> => {
    const { filename, contentHash, printerId } = attempt;
    const file = library.find(printerId, filename);
    const exists = file?.content === contentHash;
    const known = library.metadata(contentHash);
    const started = attempt.startedAt ?? attempt.createdAt;
    const duration = Math.max(0, (attempt.endedAt ?? started) - started) / 1000;
    return {
      job_id: attempt.id,
      user: "No User",
      filename,
      status: STATUS[outcomeOf(attempt)],
      start_time: started / 1000,
      end_time: attempt.endedAt === null ? null : attempt.endedAt / 1000,
      print_duration: duration,
      total_duration: duration,
      filament_used: attempt.state === "finished" ? (known?.filament_total ?? 0) : 0,
      metadata: exists && known !== undefined ? fileMetadata(file, known) : {},
      auxiliary_data: [],
      exists,
    };
  };
  /**
   * A print of ours as the printer's history has it: under the library's name, with what we know of its
   * content, and there to be printed again as long as that name stands for it.
   */
  const asOurs = (printer: PrinterId, job: HistoryJob): HistoryJob => {
    const filename = stagedNames.translate(printer, job.filename);
    const content = contentOfStaged(job.filename);
    if (content === undefined) return { ...job, filename };
    const file = library.list(printer).find((known) => known.content.startsWith(content));
    const known = file === undefined ? undefined : library.metadata(file.content);
    return {
      ...job,
      filename,
      exists: library.find(printer, filename)?.content.startsWith(content) === true,
      metadata:
        file === undefined || known === undefined
          ? job.metadata
          : fileMetadata({ ...file, path: filename }, known),
    };
  };

  return {
    "server.history.list": async (params, call) => {
      const answer = await askPrinter(AS_IT_IS, "server.history.list", given(params), call);
      if (answer !== undefined) {
        const { count, jobs } = historyMethods["server.history.list"].result.parse(answer);
        const { id } = requirePrinter(call);
        return { count, jobs: jobs.map((job) => asOurs(id, job)) };
      }
      const { limit = 50, start = 0, since = -Infinity, before = Infinity } = params;
      const order = params.order.toLowerCase();
      if (order !== "asc" && order !== "desc") {
        throw new AppError("bad_request", `Invalid \`order\` value: ${order.toUpperCase()}`);
      }
      const prints = printsOf(requirePrinter(call).id).filter(({ startedAt }) => {
        const seconds = (startedAt ?? 0) / 1000;
        return seconds > since && seconds < before;
      });
      const sorted = order === "asc" ? prints.toReversed() : prints;
      const page = sorted.slice(start, limit > 0 ? start + limit : undefined);
      return { count: prints.length, jobs: await Promise.all(page.map(jobOf)) };
    },
    "server.history.get_job": async ({ uid }, call) => {
      const answer = await askPrinter(AS_IT_IS, "server.history.get_job", { uid }, call);
      if (answer !== undefined) {
        const { job } = historyMethods["server.history.get_job"].result.parse(answer);
        return { job: asOurs(requirePrinter(call).id, job) };
      }
      const print = printsOf(requirePrinter(call).id).find(({ id }) => id === uid);
      if (print === undefined) throw new AppError("not_found", `Invalid job uid: ${uid}`);
      return { job: await jobOf(print) };
    },
    "server.history.totals": async (_, call) => {
      const answer = await askPrinter(stagedNames, "server.history.totals", {}, call);
      if (answer !== undefined) return historyMethods["server.history.totals"].result.parse(answer);
      const jobs = await Promise.all(printsOf(requirePrinter(call).id).map(jobOf));
      const sum = (of: (job: HistoryJob) => number): number =>
        jobs.reduce((total, job) => total + of(job), 0);
      const longest = jobs.reduce((most, { total_duration: d }) => Math.max(most, d), 0);
      return {
        job_totals: {
          total_jobs: jobs.length,
          total_time: sum((job) => job.total_duration),
          total_print_time: sum((job) => job.print_duration),
          total_filament_used: sum((job) => job.filament_used),
          longest_job: longest,
          longest_print: longest,
        },
        auxiliary_totals: [],
      };
    },
  };
}

function outcomeOf({ state }: Attempt): AttemptOutcome {
  return state in STATUS ? (state as AttemptOutcome) : "unknown";
}

/** Names are put into our terms here, job by job. */
const AS_IT_IS = { translateAll: (_: PrinterId, value: unknown) => value };

/** Arguments as the caller gave them: what is absent must stay absent. */
function given(params: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined));
}
