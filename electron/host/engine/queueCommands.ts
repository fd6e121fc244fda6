import type { Attempt } from "#shared/domain/attempt.ts";
import type { QueueEdit } from "#shared/domain/edit.ts";
import type { Job } from "#shared/domain/job.ts";
import type { PrinterOptions } from "#shared/domain/printer.ts";
import { AppError } from "#shared/rpc/errors.ts";
import { assertNever } from "#shared/util/assertNever.ts";
import { adoptContent } from "./contentAdoption.ts";
import { isEjectable, uncountedPrint } from "./ownPart.ts";
import { answerPlate, setPlate } from "./plateLedger.ts";
import { recordEdit } from "./editHistory.ts";
import { editJobs, setCopies } from "./jobEdits.ts";
import { askCommands } from "./linkFacts.ts";
import { hasPrint } from "./printFacts.ts";
import { holdJobs, jumpCopy, moveCopies, postCopies, putBack, removeCopies } from "./queueEdits.ts";
import type { QueueCommand } from "./queueEngine.ts";
import { pruneJobs } from "./queueList.ts";
import { TIMES } from "./queueModel.ts";
import {
  blockers,
  canLoad,
  goesOn,
  headCopy,
  mustPersonAct,
  startIsNoWord,
} from "./queuePolicy.ts";
import { revert, revertMove } from "./revertEdit.ts";
import { replaceQueue } from "./queueReplace.ts";
import { giveCopies, receiveCopies } from "./queueTransfer.ts";
import type { Turn } from "./turn.ts";
import { isUnproved, rememberUnperformed } from "./unperformed.ts";

/** Commands that change the list and can be taken back. */
const EDITS: ReadonlySet<QueueCommand["kind"]> = new Set([
  "post",
  "replace",
  "remove",
  "move",
  "jump",
  "hold",
  "note",
  "set_copies",
  "print_anyway",
  "decide",
  "set_options",
  "adopt_content",
  "give",
  "receive",
]);

/** Applies a command to the turn, or throws the AppError it is refused with. */
export function applyCommand(turn: Turn, command: QueueCommand): void {
  const { stored, options } = turn;
  apply(turn, command);
  if (!EDITS.has(command.kind)) return;
  recordEdit(turn, { stored, options }, command.kind, peerOf(command));
}

/** The other queue of a move. */
function peerOf(command: QueueCommand): QueueEdit["peer"] {
  if (command.kind === "give") return { printer: command.to, move: command.move };
  if (command.kind === "receive") return { printer: command.from, move: command.move };
  return null;
}

function apply(turn: Turn, command: QueueCommand): void {
  switch (command.kind) {
    case "post":
      postCopies(turn, command);
      return command.start ? arm(turn) : armBehindPrint(turn);
    case "replace":
      replaceQueue(turn, command);
      return armBehindPrint(turn);
    case "remove":
      return removeCopies(turn, command.copies, command.strict);
    case "move":
      return moveCopies(turn, command.copies, command.before);
    case "jump":
      return jumpCopy(turn, command.copy);
    case "hold":
      return holdJobs(turn, command.copies, command.hold);
    case "note":
      return editJobs(turn, command.copies, "jobs_noted", (job) => ({
        ...job,
        note: command.note,
      }));
    case "set_copies":
      return setCopies(turn, command.job, command.count);
    case "print_anyway":
      return editJobs(turn, command.copies, "printed_anyway", printAnyway);
    case "undo":
    case "redo":
      return revert(turn, command.kind, command.only);
    case "revert_transfer":
      return revertMove(turn, command.way, command.move);
    case "give":
      return giveCopies(turn, command.copies, command.to);
    case "receive":
      return receiveCopies(turn, command.copies, command.before, command.from);
    case "start":
      return start(turn, command);
    case "pause":
      return pause(turn);
    case "print_now":
      return printNow(turn, command.item);
    case "set_plate":
      return wordOnPlate(turn, command);
    case "decide":
      return decide(turn, command);
    case "adopt_content":
      return adoptContent(turn, command);
    case "set_options":
      return setOptions(turn, command.options);
    case "record":
      return turn.record(command.event, command.data);
    default:
      return assertNever(command, "command");
  }
}

/**
 * Arms the queue. From Moonraker's own method it may also be a word on the plate; when it is not, the
 * answer is the documented one and the console says what is missing.
 */
function start(turn: Turn, command: Extract<QueueCommand, { kind: "start" }>): void {
  turn.store({ pauseRequested: false });
  if (turn.stored.copies.length === 0) return turn.store({ armed: false });
  const { plate } = turn.stored;
  const asks = plate.state === "occupied" || plate.state === "unknown";
  // What the printer's g-code takes off needs no word, and a word would keep the g-code from running.
  if (command.mayClearPlate && asks && !isEjectable(turn.model)) {
    const missing = startIsNoWord(turn.model, announcedFor(turn, command.receivedAt));
    if (missing.length === 0) {
      setPlate(turn, "clear", "The queue was started at an idle printer.", turn.actor);
    } else if (mustPersonAct(turn.model)) {
      const why = missing.map((reason) => reason.text).join(" ");
      turn.consoleLine = `// Job queue: the plate is not known to be clear. ${why}`;
    }
  }
  arm(turn);
}

/** Both measured by the monotonic clock; the wall clock tells only how long the request has waited here. */
function announcedFor({ now, world }: Turn, receivedAt: number): number {
  const waited = Math.min(Math.max(0, now.wall - receivedAt), TIMES.plateAnnounced);
  return now.mono - waited - world.plateSince;
}

/** Without automatic transition each copy needs a start, and only a printer that could print now takes one. */
function arm(turn: Turn): void {
  turn.store({ pauseRequested: false });
  if (turn.stored.copies.length === 0) return;
  if (!turn.options.automaticTransition && !isMachineIdle(turn)) return;
  turn.store({ armed: true });
  turn.store({ memory: { ...turn.stored.memory, failures: 0 } });
  turn.know({ tries: null, owedGrace: null, power: null, skipTransition: true });
  turn.record("queue_started");
}

function isMachineIdle({ world, stored }: Turn): boolean {
  return (
    world.session !== null &&
    world.print !== null &&
    !hasPrint(world.print) &&
    (stored.attempt === null || !["printing", "paused", "finishing"].includes(stored.attempt.state))
  );
}

/** Moonraker: what is queued during a print follows it, unless somebody paused the queue. */
function armBehindPrint(turn: Turn): void {
  const { stored, world, options } = turn;
  if (!options.automaticTransition || stored.pauseRequested || stored.armed) return;
  if (stored.copies.length === 0) return;
  const prints =
    isRunning(stored.attempt) ||
    (world.print !== null && world.klippy === "ready" && hasPrint(world.print));
  if (!prints) return;
  turn.store({ armed: true });
  turn.record("queue_started", { behind: "print" });
}

function isRunning(attempt: Attempt | null): boolean {
  return attempt !== null && ["printing", "paused", "finishing"].includes(attempt.state);
}

function pause(turn: Turn): void {
  turn.store({ armed: false, pauseRequested: true });
  turn.know({ oneShot: null, delay: null });
  turn.record("queue_paused");
}

function printAnyway({ misfit: _misfit, ...job }: Job): Job {
  return { ...job, anyway: true };
}

/** The file becomes the head and starts, or nothing changes and the error names the obstacle. */
function printNow(turn: Turn, item: Extract<QueueCommand, { kind: "print_now" }>["item"]): void {
  if (item.misfit !== undefined) {
    throw new AppError(
      "bad_request",
      `${item.misfit} Nothing was started or queued: queue it on the board to print it here anyway.`,
    );
  }
  const [copy] = postCopies(turn, {
    items: [{ ...item, copies: 1 }],
    at: "head",
    hold: null,
    note: "",
  });
  if (copy === undefined) throw new AppError("internal", "The file was not queued.");
  turn.know({ oneShot: copy.id, skipTransition: true, delay: null });
  const [obstacle] = blockers(turn.model, "load");
  if (obstacle === undefined) return;
  if (obstacle.code === "printing" || obstacle.code === "paused_print") {
    throw new AppError("bad_request", "SD busy", { data: { reason: obstacle } });
  }
  throw new AppError("bad_request", `${obstacle.text} Nothing was started or queued.`, {
    data: { reason: obstacle },
  });
}

function wordOnPlate(turn: Turn, command: Extract<QueueCommand, { kind: "set_plate" }>): void {
  const { attempt } = turn.stored;
  const prints =
    attempt?.state === "starting" || isRunning(attempt) || turn.world.external !== null;
  if (command.state === "clear" && prints) {
    throw new AppError("conflict", "The plate is in use by a print: clear it when that has ended.");
  }
  if (turn.stored.plate.state === "clearing") {
    throw new AppError("conflict", "The plate is being cleared: wait until that has ended.");
  }
  const grace = command.grace && command.state === "clear" ? turn.options.clearGrace : 0;
  const counted = command.state === "clear" ? uncountedPrint(turn.stored) : null;
  if (command.goodParts !== undefined && counted === null) {
    throw new AppError("conflict", "There is no finished print on this plate to count parts of.");
  }
  answerPlate(turn, command, grace);
  if (command.goodParts !== undefined && counted !== null) {
    turn.ended.push({ ...counted, goodParts: command.goodParts });
    turn.record("parts_counted", { attempt: counted.id, goodParts: command.goodParts });
  }
  turn.know({ delay: null, owedGrace: null, cleared: false, skipTransition: false });
  if (command.state === "clear") delayLoad(turn, grace);
}

/**
 * An earlier process may have ended during the grace or the delay of a clear plate. Both are given anew,
 * from the moment the load could begin, so that nothing starts in the instant the program comes up.
 */
export function payOwedGrace(turn: Turn): void {
  const { owedGrace, skipTransition } = turn.world;
  if (owedGrace === null || !canLoad(turn.model, "load")) return;
  turn.know({ owedGrace: null });
  if (!skipTransition) delayLoad(turn, owedGrace);
}

/**
 * After a plate has become clear, or before a g-code clears it: the grace with Undo and the transition delay
 * run side by side.
 */
export function delayLoad(turn: Turn, graceSeconds: number): void {
  const isDue = goesOn(turn.model, "delayed");
  // The grace runs from the word on the plate, also while the printer is away that takes the load later.
  const willLoad = isDue || (turn.stored.armed && headCopy(turn.model) !== undefined);
  const grace = willLoad ? graceSeconds : 0;
  const seconds = Math.max(grace, isDue ? turn.options.jobTransitionDelay : 0);
  if (seconds <= 0) return;
  const { wall, mono } = turn.now;
  turn.know({
    delay: {
      code: grace > 0 ? "undo_grace" : "delay",
      until: { wall: wall + seconds * 1000, mono: mono + seconds * 1000 },
    },
  });
}

function decide(turn: Turn, command: Extract<QueueCommand, { kind: "decide" }>): void {
  const attempt = turn.stored.undecided.find((ended) => ended.id === command.attempt);
  if (attempt === undefined) {
    throw new AppError("not_found", "This print has been decided on already.");
  }
  turn.store({ undecided: turn.stored.undecided.filter((ended) => ended !== attempt) });
  const { decision, goodParts } = command;
  const counted = goodParts === undefined ? {} : { goodParts };
  turn.ended.push({ ...attempt, decision, ...counted });
  turn.record("decided", { attempt: attempt.id, decision, ...counted });
  if (command.decision !== "dismiss") {
    putBack(turn, attempt, command.decision);
    // Nobody knows whether the printer still has its start: performed late, it is this copy's print.
    if (isUnproved(attempt)) rememberUnperformed(turn, attempt);
  }
  pruneJobs(turn);
}

function setOptions(turn: Turn, options: PrinterOptions): void {
  const isNewGcode = options.jobTransitionGcode !== turn.options.jobTransitionGcode;
  turn.options = options;
  if (isNewGcode && turn.world.commands === null) askCommands(turn);
}
