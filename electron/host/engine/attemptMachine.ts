import type { Attempt, AttemptOutcome, Expected, StagedFile } from "#shared/domain/attempt.ts";
import type { Copy } from "#shared/domain/job.ts";
import type { Plate } from "#shared/domain/plate.ts";
import { forgetPlate, giveBackPlate, occupy, setPlate } from "./plateLedger.ts";
import { isNewer, isRewritten, mergeHistory, newestOf } from "./printHistory.ts";
import { type Instant, MAX_TRIES, type QueueInput, type StartWatch } from "./queueModel.ts";
import { blockers, headCopy } from "./queuePolicy.ts";
import { depart, pruneJobs } from "./queueList.ts";
import { ENGINE, type Turn } from "./turn.ts";
import { passOverEntry, rememberUnperformed } from "./unperformed.ts";

/** Milliseconds before the second try at a copy; doubled for each further one. */
const RETRY_DELAY = 5_000;
/** Milliseconds before a start that was not sent is prepared again. */
const AFTER_WITHHOLDING = 1_000;

/** True before the start's intent: nothing has been asked of the printer that could move it. */
export function isBeforeStart(attempt: Attempt): boolean {
  return attempt.state === "planned" || attempt.state === "staging" || attempt.state === "staged";
}

export function newWatch(attempt: Attempt, now: Instant, plateRevision: number): StartWatch {
  return {
    attempt: attempt.id,
    preparing: false,
    sentEpoch: null,
    since: now,
    answer: null,
    answeredAt: null,
    selected: false,
    readToEnd: false,
    plateRevision,
    stranger: false,
    moved: false,
    barrier: "none",
    barrierAt: null,
    historyRead: false,
    finishingSince: null,
    lostSince: null,
    rest: "none",
  };
}

/** Chooses `copy` for the next print and has its file brought to the printer. */
export function beginAttempt(turn: Turn, copy: Copy): void {
  const attempt: Attempt = {
    id: turn.ids.attempt(),
    copyId: copy.id,
    jobId: copy.jobId,
    printerId: copy.printerId,
    filename: copy.filename,
    contentHash: copy.contentHash,
    state: "staging",
    copyAddedAt: copy.addedAt,
    createdAt: turn.now.wall,
    staged: null,
    baseline: null,
    startSentAt: null,
    startedAt: null,
    endedAt: null,
    historyJobId: null,
    evidence: [],
    message: null,
    decision: null,
  };
  turn.store({ attempt });
  turn.know({ watch: newWatch(attempt, turn.now, -1), delay: null, transfer: 0 });
  turn.know({ transferWaits: null });
  turn.record("attempt_begun", { attempt: attempt.id, copy: copy.id, filename: copy.filename });
  turn.effect({
    kind: "stage",
    attempt: attempt.id,
    content: attempt.contentHash,
    filename: attempt.filename,
    anyway: turn.stored.jobs.get(copy.jobId)?.anyway === true,
  });
}

/** Known only now, as when the printer was off at queueing: the job waits for a person's word. */
export function wrongMachine(turn: Turn, attempt: Attempt, misfit: string): void {
  if (attempt.state !== "staging") return;
  close(turn, attempt, "cancelled", misfit);
  const job = turn.stored.jobs.get(attempt.jobId);
  if (job === undefined) return;
  turn.store({ jobs: new Map(turn.stored.jobs).set(job.id, { ...job, misfit }) });
  turn.record("job_misfits", { job: job.id, misfit });
}

/** Ends an attempt that asked nothing of the printer yet; its copy stays where it is. */
export function abandon(turn: Turn, attempt: Attempt, why: string): void {
  turn.effect({ kind: "cancel_staging", attempt: attempt.id });
  close(turn, attempt, "cancelled", why);
}

export function fileStaged(
  turn: Turn,
  attempt: Attempt,
  file: StagedFile,
  expected: Expected | null,
): void {
  if (attempt.state !== "staging") return;
  turn.setAttempt({ state: "staged", staged: file, ...(expected !== null && { expected }) });
  turn.know({ transfer: null });
  turn.record("file_staged", { attempt: attempt.id, path: file.path });
}

/** A file that cannot be brought over is tried again a few times; one that never can holds its job. */
export function stagingFailed(
  turn: Turn,
  attempt: Attempt,
  message: string,
  retryable: boolean,
): void {
  if (attempt.state !== "staging") return;
  close(turn, attempt, "failed", message);
  if (retryable) return countTry(turn, attempt, message, false);
  const job = turn.stored.jobs.get(attempt.jobId);
  if (job === undefined) return;
  turn.store({ jobs: new Map(turn.stored.jobs).set(job.id, { ...job, hold: message }) });
  turn.record("job_held", { job: job.id, hold: message });
}

/** Asks for the file's present size and time and for the newest history entry, right before the intent. */
export function prepareStart(turn: Turn, attempt: Attempt): void {
  const { session, watch } = turn.world;
  if (session === null || attempt.staged === null || watch?.preparing !== false) return;
  turn.watch({ preparing: true });
  turn.effect({
    kind: "prepare",
    attempt: attempt.id,
    epoch: session.epoch,
    file: attempt.staged,
  });
}

/** Commits to the start: baseline and occupied plate are stored before anything is sent. */
export function startPrepared(
  turn: Turn,
  attempt: Attempt,
  answer: Extract<QueueInput, { kind: "prepared" }>,
): void {
  const { session, print } = turn.world;
  if (attempt.state !== "staged" || attempt.staged === null) return;
  turn.watch({ preparing: false });
  if (session === null || print === null || session.epoch !== answer.epoch) return;
  if (answer.file !== "same" || answer.history === null || !answer.isMaster) {
    const why =
      answer.file === "changed"
        ? "The file on the printer is not the one that was brought there."
        : answer.isMaster
          ? "The printer did not answer before the start."
          : "Who manages this printer could not be confirmed.";
    close(turn, attempt, "failed", why);
    return countTry(turn, attempt, why, false);
  }
  const history = mergeHistory(turn.world.history ?? [], answer.history);
  turn.know({ history });
  if (headCopy(turn.model)?.id !== attempt.copyId || blockers(turn.model, "staging").length > 0) {
    return;
  }
  occupy(turn, intentReason(attempt));
  turn.setAttempt({
    state: "starting",
    baseline: {
      klippyProcess: session.klippyProcess,
      ...newestOf(history),
      filename: print.filename,
      state: print.state,
      totalDuration: print.totalDuration,
      at: turn.now.wall,
    },
  });
  turn.know({ cleared: false, skipTransition: false });
  turn.watch({ plateRevision: turn.stored.plate.revision, since: turn.now });
  turn.record("start_intended", { attempt: attempt.id, copy: attempt.copyId });
  turn.effect({
    kind: "start",
    attempt: attempt.id,
    epoch: session.epoch,
    path: attempt.staged.path,
  });
}

/** The revision of the plate that the attempt's intent made, if that is still its last word; else -1. */
export function intentRevision(attempt: Attempt, plate: Plate): number {
  const isIntent = plate.at === attempt.baseline?.at && plate.reason === intentReason(attempt);
  return isIntent ? plate.revision : -1;
}

function intentReason(attempt: Attempt): string {
  return `${attempt.filename} is being started.`;
}

/** The start verifiably did not happen: plate and copy are as before it. */
export function giveBack(turn: Turn, attempt: Attempt, why: string): void {
  const { watch } = turn.world;
  if (watch !== null && !watch.stranger && turn.world.external === null) {
    if (printedSince(turn, attempt)) {
      forgetPlate(turn, "The printer has printed something else meanwhile.");
    } else giveBackPlate(turn, watch.plateRevision);
  }
  const refused = watch?.answer?.kind === "refused";
  note(turn, why);
  const ended = turn.stored.attempt ?? attempt;
  close(turn, ended, "failed", why);
  rememberUnperformed(turn, { ...ended, state: "failed", endedAt: turn.now.wall, message: why });
  countTry(turn, attempt, why, refused);
}

/** Whether the history has any entry after the intent: one made out of sight leaves its part behind unseen. */
function printedSince({ world }: Turn, { baseline }: Attempt): boolean {
  const history = world.history ?? [];
  const [newest] = history;
  if (baseline !== null && isRewritten(history, baseline)) return true;
  return newest !== undefined && isNewer(newest.jobId, baseline?.historyJobId ?? null);
}

/**
 * Not sent at all, because something had changed in the turn of the send: no try is counted. The next one
 * waits a moment, so that an obstacle only the send can see makes no busy loop.
 */
export function withhold(turn: Turn, attempt: Attempt, why: string): void {
  if (attempt.state !== "starting") return;
  if (turn.world.watch !== null) giveBackPlate(turn, turn.world.watch.plateRevision);
  const message = `The start was not sent: ${why}`;
  close(turn, attempt, "cancelled", message);
  const before = turn.world.tries?.copy === attempt.copyId ? turn.world.tries.count : 0;
  const retryAt = turn.now.mono + AFTER_WITHHOLDING;
  turn.know({ tries: { copy: attempt.copyId, count: before, message, retryAt } });
}

/** The print runs: the copy leaves the queue. */
export function startProved(
  turn: Turn,
  attempt: Attempt,
  evidence: string,
  historyJobId: string | null,
): void {
  note(turn, evidence);
  turn.setAttempt({ state: "printing", startedAt: turn.now.wall, historyJobId });
  turn.know({ tries: null, ownMotion: true });
  turn.record("print_started", { attempt: attempt.id, copy: attempt.copyId, evidence });
  leaveQueue(turn, attempt);
}

/** Takes the attempt's copy off the list; running dry, or needing a start for each copy, disarms. */
function leaveQueue(turn: Turn, attempt: Attempt): void {
  const { copies, armed } = turn.stored;
  const left = copies.filter((copy) => copy.id !== attempt.copyId);
  if (left.length === copies.length) return;
  depart(
    turn,
    copies.filter((copy) => copy.id === attempt.copyId),
    true,
  );
  const goesOn = left.length > 0 && turn.options.automaticTransition;
  turn.store({ copies: left, armed: armed && goesOn });
  turn.know({ oneShot: null });
  turn.announceLoaded();
}

/** An attempt that began, or may have begun, has ended. What did not finish waits for a person's word. */
export function endPrint(turn: Turn, outcome: AttemptOutcome, message: string | null): void {
  const { attempt } = turn.stored;
  if (attempt === null) return;
  const stranger = turn.world.watch?.stranger === true;
  turn.know({ lastEnded: { ...attempt, state: outcome } });
  passOverEntry(turn, attempt);
  leaveQueue(turn, attempt);
  close(turn, attempt, outcome, message, outcome !== "finished");
  if (outcome === "finished") return printFinished(turn, attempt, stranger);
  if (outcome === "interrupted" || outcome === "unknown") {
    forgetPlate(turn, message ?? "The print was interrupted.");
  } else {
    setPlate(turn, "occupied", `${attempt.filename} ended ${outcome}.`);
  }
  const failures = turn.stored.memory.failures + 1;
  turn.store({ memory: { ...turn.stored.memory, failures } });
  const { afterFailure, maxFailures } = turn.options;
  if (afterFailure === "hold" || failures >= maxFailures) turn.store({ armed: false });
}

function printFinished(turn: Turn, attempt: Attempt, stranger: boolean): void {
  if (turn.stored.memory.failures > 0) {
    turn.store({ memory: { ...turn.stored.memory, failures: 0 } });
  }
  const job = turn.stored.jobs.get(attempt.jobId);
  if (job !== undefined) {
    turn.store({ jobs: new Map(turn.stored.jobs).set(job.id, { ...job, done: job.done + 1 }) });
    pruneJobs(turn);
  }
  if (stranger) return setPlate(turn, "occupied", "Another print was begun at the printer.");
  // Somebody has seen something there that no machine clears away.
  if (turn.stored.plate.by.kind !== ENGINE.kind) return;
  if (turn.options.platePolicy === "self_clearing") {
    setPlate(turn, "clear", "This printer clears its plate by itself.");
  } else {
    setPlate(turn, "occupied", `${attempt.filename} is finished.`);
    const ended = turn.ended.findLast(({ id }) => id === attempt.id);
    if (ended === undefined) return;
    const uncounted = { attempt: ended, plate: turn.stored.plate.revision };
    turn.store({ memory: { ...turn.stored.memory, uncounted } });
  }
}

/** Adds a line to what was seen of the open attempt. */
export function note(turn: Turn, text: string): void {
  const { attempt } = turn.stored;
  if (attempt === null || attempt.evidence.at(-1)?.text === text) return;
  const evidence = [...attempt.evidence.slice(-49), { at: turn.now.wall, text }];
  turn.setAttempt({ evidence });
}

/** Records the outcome; with `asks` it waits for a person's word. */
function close(
  turn: Turn,
  attempt: Attempt,
  outcome: AttemptOutcome,
  message: string | null,
  asks = false,
): void {
  const ended: Attempt = { ...attempt, state: outcome, endedAt: turn.now.wall, message };
  turn.store({
    attempt: null,
    undecided: asks ? [...turn.stored.undecided, ended] : turn.stored.undecided,
  });
  if (!asks) turn.ended.push(ended);
  turn.know({ watch: null, transfer: null });
  turn.record("attempt_ended", { attempt: attempt.id, outcome, message }, ENGINE);
  pruneJobs(turn);
}

/** A capped number of tries; then, or at once when the printer refused, the queue stops and asks. */
function countTry(turn: Turn, attempt: Attempt, message: string, refused: boolean): void {
  const before = turn.world.tries?.copy === attempt.copyId ? turn.world.tries.count : 0;
  const count = before + 1;
  const isLast = refused || count >= MAX_TRIES;
  const retryAt = isLast ? 0 : turn.now.mono + RETRY_DELAY * 2 ** before;
  turn.know({ tries: { copy: attempt.copyId, count: isLast ? 0 : count, message, retryAt } });
  if (!isLast) return;
  turn.store({ armed: false });
  turn.know({ oneShot: null });
  turn.record("queue_stopped", { copy: attempt.copyId, message });
}
