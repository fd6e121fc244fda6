import type { farmHistoryMethods, HistoryItem } from "#shared/contract/farmHistory.ts";
import type { Params } from "#shared/contract/index.ts";
import { type Attempt, AttemptOutcome } from "#shared/domain/attempt.ts";
import type { PrinterId } from "#shared/domain/ids.ts";
import { expectedOf } from "../../engine/expected.ts";
import type { HistoryCount, HistoryFilter } from "../../store/historyStore.ts";
import type { HandlersOf } from "../call.ts";
import { CSV_HEADER, csvLine } from "../historyCsv.ts";
import type { HandlerParts } from "../parts.ts";

/** What was printed: listed, summed up and exported. */
export function farmHistoryHandlers(parts: HandlerParts): HandlersOf<typeof farmHistoryMethods> {
  const { history, library, farm } = parts;
  const nameOf = (printer: PrinterId): string | null => farm.get(printer)?.printer.name ?? null;

  function itemOf(attempt: Attempt): HistoryItem {
    const known = library.metadata(attempt.contentHash);
    const expected = attempt.expected ?? expectedOf(known);
    const { startedAt, endedAt } = attempt;
    const ended = endedAt ?? attempt.createdAt;
    return {
      attempt: attempt.id,
      job_id: attempt.copyId,
      printer: attempt.printerId,
      printer_name: nameOf(attempt.printerId),
      filename: attempt.filename,
      content: attempt.contentHash,
      has_thumbnail: (known?.thumbnails.length ?? 0) > 0,
      outcome: AttemptOutcome.catch("unknown").parse(attempt.state),
      started: startedAt === null ? null : startedAt / 1000,
      ended: ended / 1000,
      duration: startedAt === null ? null : Math.max(0, ended - startedAt) / 1000,
      estimate: expected.duration,
      filament_length: expected.filamentLength,
      filament_weight: expected.filamentWeight,
      message: attempt.message,
      decision: attempt.decision,
      good_parts: attempt.goodParts ?? null,
      evidence: attempt.evidence.map(({ text }) => text),
    };
  }

  const pageOf = (params: Params<"farm.history.list">) => {
    const { limit, cursor, ...filter } = params;
    const { attempts, cursor: next } = history.list(filterOf(filter), limit, cursor);
    return { attempts: attempts.map(itemOf), cursor: next };
  };

  return {
    "farm.history.list": (params) => pageOf(params),
    "farm.history.totals": async ({ utc_offset, ...params }) => {
      const filter = filterOf(params);
      const totals = history.totals(filter);
      const parted = await history.breakdown(filter, utc_offset);
      let length = 0;
      let weight = 0;
      for (const { content, finished, recorded, ...sums } of parted.finishedContents) {
        // Records of before it was kept there take what the library still knows.
        const each = expectedOf(library.metadata(content));
        length += sums.filamentLength + (each.filamentLength ?? 0) * (finished - recorded);
        weight += sums.filamentWeight + (each.filamentWeight ?? 0) * (finished - recorded);
      }
      return {
        attempts: totals.attempts,
        by_outcome: { ...totals.byOutcome },
        print_time: totals.printSeconds,
        longest: totals.longestSeconds,
        filament_length: length,
        filament_weight: weight,
        first: inSeconds(parted.firstEndedAt),
        last: inSeconds(parted.lastEndedAt),
        printers: parted.byPrinter.map(({ printer, ...count }) => ({
          printer,
          printer_name: nameOf(printer),
          ...counted(count),
        })),
        files: parted.byFile.map(({ filename, ...count }) => ({ filename, ...counted(count) })),
        days: parted.byDay.map(({ day, ...count }) => ({ day: day / 1000, ...counted(count) })),
      };
    },
    "farm.history.export": (params) => {
      const { attempts, cursor } = pageOf(params);
      const head = params.cursor === undefined ? CSV_HEADER : "";
      return { csv: head + attempts.map(csvLine).join(""), cursor };
    },
  };
}

function filterOf(
  params: Pick<
    Params<"farm.history.list">,
    "printer" | "outcome" | "filename" | "since" | "before"
  >,
): HistoryFilter {
  const { printer, outcome, filename, since, before } = params;
  return {
    ...(printer === undefined ? {} : { printer }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(filename === undefined ? {} : { filename }),
    ...(since === undefined ? {} : { since: since * 1000 }),
    ...(before === undefined ? {} : { before: before * 1000 }),
  };
}

function counted({ attempts, finished, printSeconds }: HistoryCount) {
  return { attempts, finished, print_time: printSeconds };
}

function inSeconds(milliseconds: number | null): number | null {
  return milliseconds === null ? null : milliseconds / 1000;
}
