import type { Attempt } from "#shared/domain/attempt.ts";
import type { IdSource } from "#shared/domain/ids.ts";
import { assertNever } from "#shared/util/assertNever.ts";
import type { JournalEntry } from "../store/queueStore.ts";
import {
  abandon,
  beginAttempt,
  fileStaged,
  isBeforeStart,
  prepareStart,
  stagingFailed,
  startPrepared,
  withhold,
  wrongMachine,
} from "./attemptMachine.ts";
import {
  beginClearing,
  clearingEnded,
  fieldRead,
  followClearing,
  needsClearing,
  watchClearing,
} from "./clearing.ts";
import { adoptLateStart } from "./lateStart.ts";
import {
  learnHistory,
  learnLink,
  learnStatus,
  noteExternal,
  noteMotion,
  readLine,
} from "./linkFacts.ts";
import type { Mastery } from "./mastery.ts";
import { isEjectable } from "./ownPart.ts";
import { powerAnswered, switchOn } from "./powerOn.ts";
import { observePrint } from "./printObserver.ts";
import { applyCommand, delayLoad, payOwedGrace } from "./queueCommands.ts";
import type { QueueChange } from "./queueEngine.ts";
import type { Instant, QueueEffect, QueueInput, QueueModel } from "./queueModel.ts";
import { blockers, canLoad, headCopy, isHeld } from "./queuePolicy.ts";
import { reconcile, rememberSeen, resume, takeUp } from "./reconcile.ts";
import { recordSafety } from "./safety.ts";
import { aheadEnded, aheadMoved, stageAhead } from "./stageAhead.ts";
import { askHistory, followStart } from "./startFollow.ts";
import { expireDelays } from "./deadlines.ts";
import { Turn } from "./turn.ts";

/** What a decision changes. Nothing of it has happened yet: the shell persists, acts, then announces. */
export interface Decision {
  readonly model: QueueModel;
  readonly effects: readonly QueueEffect[];
  readonly journal: readonly JournalEntry[];
  readonly ended: readonly Attempt[];
  readonly wire: QueueChange["wire"];
  readonly consoleLine: string | null;
}

/**
 * Decides what an input means. Pure: the same model, input, moment and ids give the same decision.
 * With `mayAct` false the fact is taken in but nothing new is set going; for when it cannot be stored.
 * Throws AppError when a command is refused; then nothing has changed.
 */
export function decide(
  model: QueueModel,
  input: QueueInput,
  now: Instant,
  ids: IdSource,
  mayAct = true,
): Decision {
  const turn = new Turn(model, now, ids, "actor" in input ? input.actor : undefined);
  expireDelays(turn);
  // An intent must be durable before anything follows from it: without a store there is none.
  if (mayAct || input.kind !== "prepared") take(turn, input);
  else turn.watch({ preparing: false });
  follow(turn);
  if (mayAct) act(turn);
  if (turn.stored.plate.revision !== model.stored.plate.revision) {
    turn.know({ plateSince: now.mono });
  }
  turn.announceState();
  return {
    model: bumped(turn),
    effects: turn.effects,
    journal: turn.journal,
    ended: turn.ended,
    wire: turn.wire,
    consoleLine: turn.consoleLine,
  };
}

/** Takes the input in: what is asked, or what is known now. */
function take(turn: Turn, input: QueueInput): void {
  switch (input.kind) {
    case "command":
      return applyCommand(turn, input.command);
    case "take_up":
      return takeUp(turn, input.edits);
    case "link":
      return learnLink(turn, input);
    case "status":
      return learnStatus(turn, input);
    case "gcode":
      watchClearing(turn, input.line);
      return readLine(turn, input);
    case "history_entry":
      return learnHistory(turn, [input.entry]);
    case "history_read":
      return historyRead(turn, input);
    case "field_read":
      return fieldRead(turn, input.matches);
    case "power_answered":
      return powerAnswered(turn, input);
    case "commands_read":
      return input.epoch === turn.world.session?.epoch
        ? turn.know({ commands: input.names })
        : undefined;
    case "ahead_moved":
      return aheadMoved(turn, input);
    case "ahead_ended":
      return aheadEnded(turn, input.content, input.isThere);
    case "clearing_ended":
      return clearingEnded(turn, input.failure);
    case "safety":
      return recordSafety(turn, input);
    case "mastery":
      return learnMastery(turn, input.mastery);
    case "resumed":
      return resume(turn);
    case "tick":
      return;
    case "transfer_progress":
    case "transfer_waits":
    case "staged":
    case "staging_failed":
    case "misfit":
    case "prepared":
    case "start_sent":
    case "start_withheld":
    case "start_answered":
    case "barrier":
    case "rested":
      return takeAttemptInput(turn, input);
    default:
      return assertNever(input, "input");
  }
}

/** Another host in charge is worth a line of the audit trail: it explains why nothing was started here. */
function learnMastery(turn: Turn, mastery: Mastery): void {
  const { lease } = mastery;
  if (lease.kind === "managed" && turn.world.mastery.lease.kind !== "managed") {
    turn.record("managed_by_another", { ...lease.holder });
  }
  turn.know({ mastery });
}

type AttemptInput = Extract<QueueInput, { readonly attempt: Attempt["id"] }>;

/** Answers about an attempt; those of an attempt that is no longer open mean nothing. */
function takeAttemptInput(turn: Turn, input: AttemptInput): void {
  const { attempt } = turn.stored;
  const { watch, session } = turn.world;
  if (attempt?.id !== input.attempt || watch?.attempt !== input.attempt) return;
  switch (input.kind) {
    case "transfer_progress":
      return attempt.state === "staging" ? turn.know({ transfer: input.fraction }) : undefined;
    case "transfer_waits":
      return attempt.state === "staging" ? turn.know({ transferWaits: input.why }) : undefined;
    case "staged":
      return fileStaged(turn, attempt, input.file, input.expected);
    case "staging_failed":
      return stagingFailed(turn, attempt, input.message, input.retryable);
    case "misfit":
      return wrongMachine(turn, attempt, input.message);
    case "prepared":
      return startPrepared(turn, attempt, input);
    case "start_sent":
      turn.setAttempt({ startSentAt: turn.now.wall });
      turn.know({ ownMotion: true });
      return turn.watch({ sentEpoch: input.epoch, since: turn.now });
    case "start_withheld":
      return withhold(turn, attempt, input.reason);
    case "start_answered":
      return turn.watch({ answer: input.answer, answeredAt: turn.now.mono });
    case "barrier":
      if (input.epoch !== session?.epoch) return;
      return turn.watch(
        input.passed
          ? { barrier: "passed", barrierAt: turn.now.mono }
          : { barrier: "none", answeredAt: turn.now.mono },
      );
    case "rested":
      if (input.passed) return turn.watch({ rest: "passed" });
      return turn.watch({ rest: "none", finishingSince: turn.now.mono });
    default:
      return assertNever(input, "attempt input");
  }
}

function historyRead(turn: Turn, input: Extract<QueueInput, { kind: "history_read" }>): void {
  const { session, reconciled, watch } = turn.world;
  if (input.epoch !== session?.epoch || input.entries === null) return;
  if (reconciled) learnHistory(turn, input.entries);
  else reconcile(turn, input.entries);
  if (watch?.barrier === "passed") turn.watch({ historyRead: true });
}

/** Draws the conclusions from what is known. */
function follow(turn: Turn): void {
  if (!turn.world.reconciled) askHistory(turn);
  dropOneShot(turn);
  adoptLateStart(turn);
  noteExternal(turn);
  followClearing(turn);
  const { attempt } = turn.stored;
  if (attempt !== null) followAttempt(turn, attempt);
  noteMotion(turn);
  rememberSeen(turn);
}

/** One copy asked for at once is so no longer when it was held or taken off the list: who lets it go on starts it. */
function dropOneShot(turn: Turn): void {
  const { oneShot } = turn.world;
  if (oneShot === null) return;
  const copy = turn.stored.copies.find(({ id }) => id === oneShot);
  if (copy === undefined || isHeld(turn.model, copy)) turn.know({ oneShot: null });
}

function followAttempt(turn: Turn, attempt: Attempt): void {
  if (isBeforeStart(attempt)) return checkBeforeStart(turn, attempt);
  if (attempt.state === "starting") {
    followStart(turn, attempt);
    // A start proved late may be the start of a print that is over.
    const { attempt: next } = turn.stored;
    if (next !== null && next.state !== "starting") observePrint(turn, next);
    return;
  }
  const wasOpen = attempt.id;
  observePrint(turn, attempt);
  const isOver = turn.stored.attempt?.id !== wasOpen;
  if (isOver && (turn.stored.plate.state === "clear" || isEjectable(turn.model))) {
    delayLoad(turn, 0);
  }
}

/** One rule for delete, move, hold, pause, plate, link and whatever else takes the ground from a load. */
function checkBeforeStart(turn: Turn, attempt: Attempt): void {
  if (headCopy(turn.model)?.id !== attempt.copyId) {
    return abandon(turn, attempt, "Another copy goes first now.");
  }
  const [obstacle] = blockers(turn.model, "staging");
  if (obstacle !== undefined) abandon(turn, attempt, obstacle.text);
}

/** Sets the next thing going, if everything allows it. */
function act(turn: Turn): void {
  const { attempt } = turn.stored;
  if (attempt?.state === "staged") return prepareStart(turn, attempt);
  stageAhead(turn);
  switchOn(turn);
  if (attempt !== null) return;
  payOwedGrace(turn);
  if (needsClearing(turn)) return beginClearing(turn);
  const head = headCopy(turn.model);
  if (head !== undefined && canLoad(turn.model, "load")) beginAttempt(turn, head);
}

/** A new revision for every change of what is stored. */
function bumped(turn: Turn): QueueModel {
  const { before, model } = turn;
  if (model.stored === before.stored && turn.journal.length === 0 && turn.ended.length === 0) {
    return model;
  }
  return { ...model, stored: { ...model.stored, revision: before.stored.revision + 1 } };
}
