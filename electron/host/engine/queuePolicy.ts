import type { Copy } from "#shared/domain/job.ts";
import type { Reason, ReasonCode } from "#shared/domain/queue.ts";
import { assertNever } from "#shared/util/assertNever.ts";
import { masterReasons } from "./mastery.ts";
import { isEjectable } from "./ownPart.ts";
import { hasPrint } from "./printFacts.ts";
import { type QueueModel, TIMES } from "./queueModel.ts";

/**
 * From where a start is looked at. `load`: may a copy be chosen now? `delayed`: the same but for a running
 * delay? `staging`: may the open attempt go on that has not been sent? `send`: may the one whose own intent
 * occupies the plate be sent this very turn?
 */
export type Stage = "load" | "delayed" | "staging" | "send";

/** The copy that goes next: the first one not held. */
export function headCopy(model: QueueModel): Copy | undefined {
  const { stored, world } = model;
  const oneShot = stored.copies.find((copy) => copy.id === world.oneShot);
  return oneShot ?? stored.copies.find((copy) => !isHeld(model, copy));
}

export function isHeld({ stored }: QueueModel, copy: Copy): boolean {
  const job = stored.jobs.get(copy.jobId);
  return job !== undefined && (job.hold !== null || job.misfit !== undefined);
}

/** Everything that keeps the head from starting, most important first; empty = it may. */
export function blockers(model: QueueModel, stage: Stage): readonly Reason[] {
  return [
    ...machineBlockers(model),
    ...(stage === "load" || stage === "delayed" ? ownAttempt(model) : []),
    ...printBlockers(model),
    ...(stage === "send" ? [] : plateBlockers(model)),
    ...queueBlockers(model),
    ...(stage === "load" ? delayBlockers(model) : []),
  ];
}

export function canLoad(model: QueueModel, stage: Stage): boolean {
  return headCopy(model) !== undefined && blockers(model, stage).length === 0;
}

/** Whether nothing but what the printer's g-code clears away keeps the head from loading. */
export function canEject(model: QueueModel, stage: Stage): boolean {
  if (!isEjectable(model) || headCopy(model) === undefined) return false;
  return blockers(model, stage).every(({ code }) => code === "plate_occupied");
}

/** Whether the head is loaded next without anybody's doing, at once or behind a g-code that clears the plate. */
export function goesOn(model: QueueModel, stage: Stage): boolean {
  return canLoad(model, stage) || canEject(model, stage);
}

/** True while nothing happens before a person has said or done something. */
export function mustPersonAct(model: QueueModel): boolean {
  const { stored, options, world } = model;
  if (world.mastery.lease.kind === "managed" || world.mastery.question !== null) return true;
  if (holdsForDecision(model)) return true;
  if (stored.plate.state === "clear" || stored.plate.state === "clearing") return false;
  // What our own print occupies, a self-clearing printer or a clearing g-code clears by itself.
  const isOurs = stored.attempt !== null || isEjectable(model);
  const clearsItself = options.platePolicy !== "confirm" && isOurs;
  return !clearsItself || stored.plate.state === "unknown";
}

/**
 * What keeps `start` from being a word on the plate; empty = it counts. `announcedFor`: milliseconds that
 * the plate's state had been announced when the request arrived.
 */
export function startIsNoWord(model: QueueModel, announcedFor: number): readonly Reason[] {
  const { stored, options } = model;
  const missing: Reason[] = [
    ...machineBlockers(model),
    ...ownAttempt(model),
    ...printBlockers(model),
  ];
  if (options.startClearsPlate === "never") {
    missing.push(reason("plate_occupied", "This printer's plate is cleared on its board only."));
  }
  if (stored.undecided.length > 0) missing.push(decisionOpen());
  if (announcedFor < TIMES.plateAnnounced) {
    missing.push(
      reason(
        "plate_occupied",
        "The plate's state has only just been announced: look, then start again.",
      ),
    );
  }
  return missing;
}

/** Its computer answers and its Klipper does not run: files can be brought there, nothing can start. */
export function machineIsOff({ world, options }: QueueModel): boolean {
  const isOff = world.klippy !== "ready" && world.klippy !== "unknown";
  return world.linkUp && isOff && !options.outOfService;
}

/** Nothing but a Klipper without power keeps the head from loading. */
export function powerMayHelp(model: QueueModel): boolean {
  if (!machineIsOff(model) || headCopy(model) === undefined) return false;
  const off: readonly ReasonCode[] = ["klippy_disconnected", "klippy_not_ready"];
  return blockers(model, "load").every((reason) => off.includes(reason.code));
}

/** Whether the ended prints that nobody has decided on keep the queue from going on. */
export function holdsForDecision({ stored, options }: QueueModel): boolean {
  if (stored.undecided.length === 0) return false;
  return options.afterFailure === "hold" || stored.memory.failures >= options.maxFailures;
}

/** What keeps the g-code between two prints from being sent, whatever lies on the plate. */
export function gcodeBlockers(model: QueueModel): readonly Reason[] {
  return [...machineBlockers(model), ...printBlockers(model)];
}

/** Link, Klippy, service and who is in charge: values of this connection only. */
function machineBlockers({ world, options }: QueueModel): readonly Reason[] {
  const found: Reason[] = [];
  if (options.outOfService) found.push(reason("out_of_service", "The printer is out of service."));
  if (!world.linkUp) return [...found, reason("link_down", "The printer cannot be reached.")];
  if (isPoweringOn(world)) {
    return [...found, reason("powering_on", "The printer is being switched on.")];
  }
  const klippyReady = world.klippy === "ready" && (world.print?.webhooks ?? "ready") === "ready";
  if (world.klippy === "disconnected" || world.klippy === "unknown") {
    found.push(
      reason(
        "klippy_disconnected",
        `Klipper is not running, or the printer has no power. ${world.power?.message ?? ""}`.trim(),
      ),
    );
  } else if (!klippyReady) {
    const detail = world.klippyMessage === "" ? "" : ` ${firstLine(world.klippyMessage)}`;
    const power = world.power?.message ?? "";
    found.push(reason("klippy_not_ready", `Klipper is not ready.${detail} ${power}`.trim()));
  } else if (world.session === null || world.print === null || !world.reconciled) {
    found.push(reason("reconciling", "Finding out what the printer has done meanwhile."));
  }
  return [...found, ...masterReasons(world.mastery)];
}

function isPoweringOn({ power, klippy }: QueueModel["world"]): boolean {
  return klippy !== "ready" && (power?.state === "asked" || power?.state === "on");
}

function ownAttempt({ stored, world }: QueueModel): readonly Reason[] {
  const { attempt } = stored;
  if (attempt === null) return [];
  switch (attempt.state) {
    case "paused":
      return [reason("paused_print", "The present print is paused.")];
    case "finishing":
      return [reason("printing", "The present print is about to end.")];
    case "printing":
      return [reason("printing", "The printer is printing.")];
    case "starting":
      return [reason("printing", "A print is being started.")];
    case "planned":
    case "staging":
    case "staged":
      return [
        reason(
          "not_staged",
          world.transferWaits ?? "The next file is being brought to the printer.",
        ),
      ];
    case "finished":
    case "cancelled":
    case "failed":
    case "interrupted":
    case "unknown":
      return [];
    default:
      return assertNever(attempt.state, "attempt state");
  }
}

/** What the printer itself is doing. Our own open print is told by `ownAttempt`. */
function printBlockers({ world, stored }: QueueModel): readonly Reason[] {
  const { print } = world;
  const state = stored.attempt?.state;
  if (print === null || state === "printing" || state === "paused" || state === "finishing")
    return [];
  if (hasPrint(print)) {
    return print.state === "paused"
      ? [reason("paused_print", `${print.filename} is paused; it was not started by this queue.`)]
      : [reason("printing", `${print.filename} prints; it was not started by this queue.`)];
  }
  const found: Reason[] = [];
  if (print.isPaused) {
    found.push(reason("paused_print", "Klipper still holds a paused print: resume or cancel it."));
  }
  if (print.sdActive) found.push(reason("sdcard_active", "The printer still works a file."));
  if (isMoving(world)) {
    found.push(reason("moving", "The printer moves or moved a moment ago: hands may be inside."));
  }
  return found;
}

/** In the turn of a send, motion that the machine shows has not been noted yet. */
function isMoving({ foreignMotionAt, print, ownMotion }: QueueModel["world"]): boolean {
  return foreignMotionAt !== null || (print?.idle === "Printing" && !ownMotion);
}

function plateBlockers(model: QueueModel): readonly Reason[] {
  const { stored } = model;
  switch (stored.plate.state) {
    case "clear":
      return [];
    case "occupied": {
      const text = isEjectable(model)
        ? "The printer's g-code clears the plate first."
        : "The plate must be cleared first.";
      return [reason("plate_occupied", text)];
    }
    case "unknown":
      return [reason("plate_unknown", `Is the plate clear? ${stored.plate.reason}`)];
    case "clearing":
      return [reason("plate_clearing", "The plate is being cleared.")];
    default:
      return assertNever(stored.plate.state, "plate state");
  }
}

function queueBlockers(model: QueueModel): readonly Reason[] {
  const { stored, options, world } = model;
  const found: Reason[] = [];
  if (holdsForDecision(model)) found.push(decisionOpen());
  const head = headCopy(model);
  if (!stored.armed && (head === undefined || head.id !== world.oneShot)) {
    const failed =
      world.tries !== null && world.tries.copy === head?.id ? world.tries.message : null;
    const text = failed === null ? "The queue is paused." : `The queue is paused: ${failed}`;
    found.push(
      options.automaticTransition
        ? reason("not_armed", text)
        : reason(
            "needs_start",
            failed === null ? "Each print of this printer needs a start." : text,
          ),
    );
  }
  return found;
}

/** Why the head could not be brought over or started: while it is tried again, and once that was given up. */
export function troubleAtHead(model: QueueModel): string | null {
  const { tries } = model.world;
  if (tries === null || tries.copy !== headCopy(model)?.id) return null;
  if (tries.retryAt > 0) return `${tries.message} It is tried again soon.`;
  const wasLast = tries.count === 0 && !model.stored.armed;
  return wasLast ? `The queue is paused: ${tries.message}` : null;
}

function delayBlockers(model: QueueModel): readonly Reason[] {
  const { world } = model;
  const found: Reason[] = [];
  if (world.tries !== null && world.tries.retryAt > 0) {
    const text = troubleAtHead(model);
    if (text !== null) found.push(reason("staging_failed", text));
  }
  if (world.delay !== null) {
    found.push(
      world.delay.code === "undo_grace"
        ? reason("undo_grace", "Starts in a moment; this can still be undone.")
        : reason("delay", "Waits for the delay between two prints."),
    );
  }
  return found;
}

function decisionOpen(): Reason {
  return reason("decision_open", "The last print did not finish: say what becomes of it.");
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}

function reason(code: ReasonCode, text: string): Reason {
  return { code, text };
}

const BEHIND: readonly Reason[] = [reason("behind", "Other copies go first.")];
const NO_REASONS: readonly Reason[] = [];

/** What the printer's g-code takes off by itself when its turn comes is no reason to wait for anybody. */
function headReasons(model: QueueModel): readonly Reason[] {
  const found = blockers(model, "load");
  if (!canEject(model, "delayed")) return found;
  return found.filter(({ code }) => code !== "plate_occupied");
}

/** Why each copy does not start now, in the order of the list; empty = it goes next, or is going. */
export function rowReasons(model: QueueModel): readonly (readonly Reason[])[] {
  const { stored } = model;
  const head = headCopy(model);
  const started = stored.attempt?.state === "starting" ? stored.attempt.copyId : null;
  return stored.copies.map((copy) => {
    if (copy.id === started) return NO_REASONS;
    if (copy.id === head?.id) return headReasons(model);
    const job = stored.jobs.get(copy.jobId);
    if (job?.misfit !== undefined) return [reason("wrong_machine", job.misfit)];
    const hold = job?.hold ?? null;
    return hold === null ? BEHIND : [reason("held", hold)];
  });
}
