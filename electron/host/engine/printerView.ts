import type {
  Attention,
  CurrentPrint,
  PrinterLive,
  PrinterView,
  QueueView,
} from "#shared/contract/farm.ts";
import { type Attempt, isOpen } from "#shared/domain/attempt.ts";
import type { ContentHash } from "#shared/domain/ids.ts";
import type { Printer, PrinterOptions } from "#shared/domain/printer.ts";
import type { PrinterObjects } from "#shared/util/mergeStatus.ts";
import type * as z from "zod";
import type { ContentMetadata } from "../library/library.ts";
import type { LinkState } from "../link/printerLink.ts";
import { foreignQueueText } from "./foreignQueue.ts";
import { managedText, type Mastery } from "./mastery.ts";
import { uncountedPrint } from "./ownPart.ts";
import type { QueueSnapshot } from "./queueEngine.ts";
import { fitOf, type MachineFacts } from "./wrongMachine.ts";
import { readStatus, type StatusReading } from "./statusReading.ts";

type CurrentPrintView = z.output<typeof CurrentPrint>;

/** Everything a column is made of; all of it immutable. */
export interface ViewSources {
  readonly printer: Printer;
  readonly isDefault: boolean;
  /** Where it is reached, without secrets. */
  readonly address: string;
  readonly link: LinkState;
  readonly status: PrinterObjects;
  readonly queue: QueueSnapshot;
  /** What is known of the machine itself, for the check whether a file was made for it. */
  readonly machine: MachineFacts;
  readonly metadata: (content: ContentHash) => ContentMetadata | undefined;
}

/** What the board shows of a printer: a pure projection, so that it cannot disagree with the engine. */
export function printerView(sources: ViewSources): PrinterView {
  const { printer, link, queue } = sources;
  const reading = readStatus(sources.status);
  const current = currentPrint(sources, reading);
  const activity = activityOf(sources, current);
  return {
    id: printer.id,
    name: printer.name,
    order: printer.order,
    is_default: sources.isDefault,
    tags: printer.tags,
    link: linkView(printer, sources.address, link),
    klippy: klippyView(link),
    activity,
    current,
    temperatures: reading.temperatures,
    plate: {
      state: queue.stored.plate.state,
      revision: queue.stored.plate.revision,
      since: queue.stored.plate.at / 1000,
      by: queue.stored.plate.by.name,
      reason: queue.stored.plate.reason,
      part: partOn(queue),
    },
    queue: queueView(queue, sources.metadata, sources.machine),
    attention: attentionOf(sources, current),
    master: masterView(queue.mastery),
    options: optionsView(queue.options),
  };
}

/** The fast-changing part alone. */
export function printerLive(sources: ViewSources): PrinterLive {
  const reading = readStatus(sources.status);
  const current = currentPrint(sources, reading);
  return {
    id: sources.printer.id,
    progress: current?.progress ?? null,
    print_duration: current?.print_duration ?? null,
    remaining: current?.remaining ?? null,
    transfer: current?.transfer ?? null,
    layer: current?.layer ?? null,
    temperatures: reading.temperatures,
  };
}

/** One queue with its reasons, as `farm.queue.*` answer it. */
export function queueView(
  queue: QueueSnapshot,
  metadata: (content: ContentHash) => ContentMetadata | undefined,
  machine: MachineFacts,
): QueueView {
  const { stored } = queue;
  let total = 0;
  const rows = stored.copies.map((copy, index) => {
    const job = stored.jobs.get(copy.jobId);
    const known = metadata(copy.contentHash);
    const estimate = known?.estimated_time ?? null;
    total += estimate ?? 0;
    return {
      job_id: copy.id,
      job: copy.jobId,
      filename: copy.filename,
      content: copy.contentHash,
      ahead: aheadOf(queue, copy.contentHash),
      has_thumbnail: (known?.thumbnails.length ?? 0) > 0,
      time_added: copy.addedAt / 1000,
      estimate,
      hold: job?.hold ?? null,
      note: job?.note ?? "",
      machine: fitOf(known ?? {}, machine).verdict,
      wanted: job?.wanted ?? 1,
      done: job?.done ?? 0,
      locked: stored.attempt?.copyId === copy.id,
      reasons: [...(queue.reasons[index] ?? [])],
    };
  });
  return {
    state: queue.state,
    armed: stored.armed,
    revision: stored.revision,
    rows,
    decisions: stored.undecided.map((attempt) => ({
      attempt: attempt.id,
      job_id: attempt.copyId,
      filename: attempt.filename,
      content: attempt.contentHash,
      outcome: isOpen(attempt.state) ? "unknown" : attempt.state,
      ended: (attempt.endedAt ?? attempt.createdAt) / 1000,
      message: attempt.message,
      evidence: attempt.evidence.map((entry) => entry.text),
    })),
    undo: queue.undoable,
    redo: queue.redoable,
    total,
  };
}

function aheadOf(
  { ahead }: QueueSnapshot,
  content: ContentHash,
): QueueView["rows"][number]["ahead"] {
  if (ahead?.content !== content) return null;
  return { progress: ahead.progress, waits: ahead.waits };
}

/** Who starts prints at this printer, and what its own queue is asked about. */
function masterView({ lease, question }: Mastery): PrinterView["master"] {
  return {
    state: lease.kind === "managed" ? "other" : lease.kind,
    holder: lease.kind === "managed" ? { host: lease.holder.host, user: lease.holder.user } : null,
    foreign_queue:
      question === null
        ? null
        : {
            jobs: question.jobs.length,
            filenames: question.jobs.slice(0, 20).map(({ filename }) => filename),
            starts_by: [...question.startsBy],
          },
  };
}

function partOn({ stored }: QueueSnapshot): PrinterView["plate"]["part"] {
  const print = uncountedPrint(stored);
  return print === null ? null : { attempt: print.id, filename: print.filename };
}

/** Options in the words of the wire. */
export function optionsView(options: PrinterOptions): PrinterView["options"] {
  return {
    automatic_transition: options.automaticTransition,
    load_on_startup: options.loadOnStartup,
    job_transition_delay: options.jobTransitionDelay,
    job_transition_gcode: options.jobTransitionGcode,
    plate_policy: options.platePolicy,
    clear_grace: options.clearGrace,
    start_clears_plate: options.startClearsPlate,
    after_failure: options.afterFailure,
    max_failures: options.maxFailures,
    clear_evidence: options.clearEvidence,
    clear_deadline: options.clearDeadline,
    power_on: options.powerOn,
    power_device: options.powerDevice,
    prestage: options.prestage,
    out_of_service: options.outOfService,
  };
}

function linkView(printer: Printer, address: string, link: LinkState): PrinterView["link"] {
  const lastSeen = link.kind === "connected" ? null : link.lastSeen;
  const failed = link.kind === "unreachable" || link.kind === "unauthorized";
  return {
    kind: printer.link.kind,
    address,
    folder: printer.link.kind === "klipper" ? printer.link.folder : null,
    state: link.kind,
    detail: failed ? link.reason : null,
    since: link.since / 1000,
    last_seen: lastSeen === null ? null : lastSeen / 1000,
    next_retry: failed ? link.retryAt / 1000 : null,
  };
}

function klippyView(link: LinkState): PrinterView["klippy"] {
  return link.kind === "connected"
    ? { state: link.klippy, message: link.message }
    : { state: "unknown", message: "" };
}

function currentPrint(sources: ViewSources, reading: StatusReading): CurrentPrintView | null {
  const { attempt } = sources.queue.stored;
  const external = sources.queue.external;
  if (external !== null) {
    return {
      source: "external",
      filename: external.filename,
      content: null,
      attempt: null,
      job_id: null,
      state: reading.state === "paused" ? "paused" : "printing",
      ...progressOf(reading, undefined),
      transfer: null,
      started: null,
    };
  }
  if (attempt === null) return null;
  const state = currentState(attempt);
  if (state === null) return null;
  const running = state === "printing" || state === "paused" || state === "finishing";
  const known = sources.metadata(attempt.contentHash);
  return {
    source: "queue",
    filename: attempt.filename,
    content: attempt.contentHash,
    attempt: attempt.id,
    job_id: attempt.copyId,
    state,
    ...(running ? progressOf(reading, known) : NO_PROGRESS),
    transfer: sources.queue.transfer,
    started: attempt.startedAt === null ? null : attempt.startedAt / 1000,
  };
}

function currentState(attempt: Attempt): CurrentPrintView["state"] | null {
  const { state } = attempt;
  if (!isOpen(state)) return null;
  return state === "planned" || state === "staged" ? "staging" : state;
}

const NO_PROGRESS = {
  progress: 0,
  print_duration: 0,
  remaining: null,
  layer: null,
  layer_count: null,
};

function progressOf(
  reading: StatusReading,
  known: ContentMetadata | undefined,
): Pick<CurrentPrintView, "progress" | "print_duration" | "remaining" | "layer" | "layer_count"> {
  const progress = fileProgress(reading, known);
  return {
    progress,
    print_duration: reading.printDuration,
    remaining: remainingTime(progress, reading.printDuration, known?.estimated_time),
    layer: reading.layer,
    layer_count: reading.layerCount ?? known?.layer_count ?? null,
  };
}

/** Share of the printable part of the file that has been read: the header must not count as progress. */
function fileProgress(reading: StatusReading, known: ContentMetadata | undefined): number {
  const start = known?.gcode_start_byte;
  const end = known?.gcode_end_byte;
  if (start === undefined || end === undefined || end <= start || reading.filePosition === null) {
    return reading.progress;
  }
  return Math.min(1, Math.max(0, (reading.filePosition - start) / (end - start)));
}

/**
 * Seconds left. The slicer's estimate rules at first; as the print goes on its real pace takes over.
 * Null while there is nothing to go by.
 */
export function remainingTime(
  progress: number,
  printDuration: number,
  estimate: number | undefined,
): number | null {
  const byPace = progress > 0.01 ? (printDuration * (1 - progress)) / progress : null;
  if (estimate === undefined) return byPace;
  const byEstimate = Math.max(0, estimate - printDuration);
  if (byPace === null) return byEstimate;
  return byEstimate * (1 - progress) + byPace * progress;
}

function activityOf(
  sources: ViewSources,
  current: CurrentPrintView | null,
): PrinterView["activity"] {
  const { link, queue } = sources;
  if (link.kind === "connecting") return "unknown";
  if (link.kind !== "connected") return "offline";
  if (link.klippy === "disconnected") return "offline";
  if (link.klippy === "error" || link.klippy === "shutdown") return "error";
  if (link.session === null) return "unknown";
  if (current !== null) return current.state === "staging" ? "transferring" : current.state;
  if (queue.stored.plate.state === "clearing") return "clearing";
  // It may print what somebody began there: nobody has looked yet.
  return queue.reconciled ? "idle" : "unknown";
}

function attentionOf(
  sources: ViewSources,
  current: CurrentPrintView | null,
): z.output<typeof Attention>[] {
  const { link, queue } = sources;
  const { stored } = queue;
  const waiting = stored.copies.length;
  const found: z.output<typeof Attention>[] = [];
  if (link.kind === "unauthorized") found.push({ kind: "unauthorized", text: link.reason });
  if (link.kind === "connected" && (link.klippy === "error" || link.klippy === "shutdown")) {
    found.push({ kind: "klippy", text: link.message });
  }
  const { lease, question } = queue.mastery;
  if (question !== null) found.push({ kind: "foreign_queue", text: foreignQueueText(question) });
  if (lease.kind === "managed" && waiting > 0) {
    found.push({ kind: "not_master", text: managedText(lease.holder) });
  }
  for (const attempt of stored.undecided) {
    found.push({
      kind: "decision",
      text: `${attempt.filename}: ${attempt.message ?? attempt.state}`,
    });
  }
  if (queue.unstored !== null) {
    const text = `What happens here cannot be stored, so no print is started: ${queue.unstored}`;
    found.push({ kind: "store", text });
  }
  if (queue.trouble !== null) found.push({ kind: "transfer", text: queue.trouble });
  if (link.kind === "connected" && current?.state === "paused") {
    found.push({ kind: "print_paused", text: "The present print is paused." });
  }
  if (queue.unknownCommands.length > 0) {
    const names = queue.unknownCommands.join(", ");
    found.push({
      kind: "options",
      text: `The g-code between two prints names ${names}, which this printer does not have.`,
    });
  }
  const plate = stored.plate.state;
  // What the printer's own g-code takes off when the delay is over is nobody's business.
  const isOccupied = plate === "occupied" && queue.loadingUntil === null;
  const asks = isOccupied || (plate === "unknown" && waiting > 0);
  if (asks && (current === null || current.state === "staging")) {
    found.push({ kind: "plate", text: stored.plate.reason });
  }
  const off =
    link.kind === "unreachable" || (link.kind === "connected" && link.klippy === "disconnected");
  if (off && waiting > 0) {
    found.push({ kind: "offline_with_jobs", text: `${waiting} waiting for this printer` });
  }
  return found;
}
