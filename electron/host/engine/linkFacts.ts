import type { HistoryEntry } from "../link/printerLink.ts";
import { adoptSelected } from "./lateStart.ts";
import { forgetPlate, occupy } from "./plateLedger.ts";
import { hasPrint } from "./printFacts.ts";
import { entriesAfter, isNewer, mergeHistory } from "./printHistory.ts";
import { interruptPrint } from "./printObserver.ts";
import type { QueueInput, World } from "./queueModel.ts";
import type { Turn } from "./turn.ts";
import { passOverEntry } from "./unperformed.ts";

type Input<K extends QueueInput["kind"]> = Extract<QueueInput, { kind: K }>;

/** The link has another state. A new session begins with nothing known; an old one's values are dropped. */
export function learnLink(turn: Turn, { state, print }: Input<"link">): void {
  const old = turn.world.session;
  if (state.kind !== "connected") {
    turn.know({ linkUp: false, klippy: "unknown", klippyMessage: "", ahead: null, power: null });
    return endSession(turn);
  }
  const { klippy, message: klippyMessage, session } = state;
  if (klippy !== turn.world.klippy && turn.world.ahead?.state === "failed") {
    turn.know({ ahead: null });
  }
  turn.know({ linkUp: true, klippy, klippyMessage });
  const isSame =
    old !== null && session?.epoch === old.epoch && session.klippyProcess === old.klippyProcess;
  if (!isSame) {
    endSession(turn);
    if (session !== null) {
      turn.know({ session, print });
      // When the motion that was seen before has ended is not known: its wait begins anew.
      if (turn.world.foreignMotionAt !== null) turn.know({ foreignMotionAt: turn.now.mono });
      askCommands(turn);
    }
    noteMotion(turn);
  } else if (print !== null) turn.know({ print });
  // `startup` and `disconnected` may be Moonraker's way of reconnecting; these two are the end of a print.
  if (klippy === "shutdown" || klippy === "error") klippyFailed(turn, klippyMessage);
}

/** Which commands the printer has matters only to a g-code that names some. */
export function askCommands(turn: Turn): void {
  const { session } = turn.world;
  if (session === null || turn.options.jobTransitionGcode === "") return;
  turn.effect({ kind: "read_commands", epoch: session.epoch });
}

function klippyFailed(turn: Turn, message: string): void {
  const { attempt } = turn.stored;
  const first = message.split("\n", 1)[0] ?? "";
  const text = first === "" ? "Klipper has shut down." : `Klipper has shut down: ${first}`;
  if (attempt !== null) interruptPrint(turn, attempt, text);
}

/** Forgets what belonged to the session; what was under way at the printer is out of sight now. */
function endSession(turn: Turn): void {
  const { session, external, watch } = turn.world;
  if (session === null) return;
  if (external !== null) {
    forgetPlate(turn, `${external.filename} was printing when the printer went out of sight.`);
  }
  if (turn.stored.plate.state === "clearing") {
    forgetPlate(turn, "The printer went out of sight while its plate was being cleared.");
  }
  const sessionless: Partial<World> = {
    session: null,
    print: null,
    history: null,
    historyAskedAt: null,
    reconciled: false,
    external: null,
    openedFile: null,
    clearing: null,
    commands: null,
  };
  turn.know(sessionless);
  if (watch === null) return;
  turn.watch({
    preparing: false,
    barrier: "none",
    barrierAt: null,
    historyRead: false,
    moved: false,
    rest: "none",
    lostSince: null,
    answer: watch.answer ?? { kind: "lost" },
  });
}

/** A status frame of the present session. */
export function learnStatus(turn: Turn, { epoch, print }: Input<"status">): void {
  if (turn.world.session?.epoch !== epoch) return;
  turn.know({ print });
  noteMotion(turn);
}

/** Tells motion of our own prints and g-code, up to its end, from motion of others. */
export function noteMotion(turn: Turn): void {
  const { print, ownMotion, clearing, foreignMotionAt } = turn.world;
  const isForeign = !ownMotion && foreignMotionAt !== null;
  // Frames may be far apart: what matters is when it was seen to have ended.
  const hasEnded = print?.idle !== "Printing" && turn.before.world.print?.idle === "Printing";
  if (isForeign && hasEnded) turn.know({ foreignMotionAt: turn.now.mono });
  const isOpen = turn.stored.attempt !== null || clearing !== null;
  if (print?.idle === "Printing") {
    if (!ownMotion) turn.know({ foreignMotionAt: turn.now.mono });
  } else if (ownMotion && !isOpen) turn.know({ ownMotion: false });
}

/**
 * A line of Klipper's output. "File opened:<name> Size:<n>" then "File selected" is how Klipper begins a
 * file, "Done printing file" how it ends one: the only sign of prints shorter than a status tick.
 */
export function readLine(turn: Turn, { epoch, line }: Input<"gcode">): void {
  const { session, openedFile } = turn.world;
  if (session?.epoch !== epoch) return;
  const opened = /^File opened:(.*?)(?: Size:\d+)?$/.exec(line)?.[1];
  if (opened !== undefined) return turn.know({ openedFile: opened });
  if (line === "Done printing file") {
    const ours = turn.stored.attempt?.state === "printing" || turn.world.watch?.selected === true;
    return ours ? turn.watch({ readToEnd: true }) : undefined;
  }
  if (line !== "File selected") return;
  turn.know({ openedFile: null });
  fileSelected(turn, epoch, openedFile);
}

function fileSelected(turn: Turn, epoch: number, opened: string | null): void {
  const { attempt } = turn.stored;
  const { watch } = turn.world;
  if (attempt?.state === "starting" && watch?.sentEpoch === epoch) {
    // A line that names no file is somebody else's when our own start has been refused.
    const ours =
      opened === null ? watch.answer?.kind !== "refused" : opened === attempt.staged?.path;
    if (ours) return turn.watch({ selected: true });
  }
  const isOpenPrint =
    attempt !== null && ["printing", "paused", "finishing"].includes(attempt.state);
  if (isOpenPrint) {
    // A repeated line proves nothing; a line of another file does. Where no history tells prints of one
    // file apart, so does a line behind the end of ours.
    const isBehindOurs =
      turn.world.session?.keepsHistory === false &&
      (watch?.readToEnd === true || attempt.state === "finishing");
    if (opened !== null && (opened !== attempt.staged?.path || isBehindOurs)) {
      turn.watch({ stranger: true });
    }
    return;
  }
  if (opened !== null && adoptSelected(turn, opened, epoch)) return;
  occupy(turn, `${opened ?? "A file"} was started at the printer.`);
}

/** Entries of the printer's history, new or changed. One that no attempt of ours explains is a foreign print. */
export function learnHistory(turn: Turn, entries: readonly HistoryEntry[]): void {
  const { history } = turn.world;
  // Before the first read of a session a single entry says nothing about what is new.
  if (history === null) return;
  const newest = history[0]?.jobId ?? null;
  const known = new Map(history.map(({ jobId, startTime }) => [jobId, startTime]));
  turn.know({ history: mergeHistory(history, entries) });
  for (const entry of entries) {
    // The id of a deleted entry is given again, to a print that began later.
    const isReused = (known.get(entry.jobId) ?? entry.startTime) !== entry.startTime;
    if ((isReused || isNewer(entry.jobId, newest)) && !isOurs(turn, entry)) {
      turn.watch({ stranger: true });
      occupy(turn, `${entry.filename} was started at the printer.`);
    }
  }
}

function isOurs(turn: Turn, entry: HistoryEntry): boolean {
  const { attempt } = turn.stored;
  const baseline = attempt?.baseline ?? null;
  if (attempt === null || baseline === null) return claimForLastEnded(turn, entry);
  if (attempt.staged?.path !== entry.filename) return false;
  if (attempt.historyJobId !== null) return attempt.historyJobId === entry.jobId;
  const history = turn.world.history ?? [];
  const [first] = entriesAfter(history, baseline.historyJobId, entry.filename);
  return first?.jobId === entry.jobId;
}

/** The history of a short print may come after its end: the first entry of that file is still ours. */
function claimForLastEnded(turn: Turn, entry: HistoryEntry): boolean {
  const { lastEnded } = turn.world;
  if (lastEnded === null || lastEnded.historyJobId !== null) return false;
  if (lastEnded.staged?.path !== entry.filename) return false;
  const claimed = { ...lastEnded, historyJobId: entry.jobId };
  turn.know({ lastEnded: claimed });
  passOverEntry(turn, claimed);
  return true;
}

/** A print that no attempt of ours explains: shown as the current print, and it occupies the plate. */
export function noteExternal(turn: Turn): void {
  const { print, reconciled, external } = turn.world;
  if (print === null || !reconciled || (print.webhooks ?? "ready") !== "ready") return;
  const { attempt } = turn.stored;
  const state = attempt?.state;
  const ownPath = attempt?.staged?.path;
  const ours =
    state === "printing" ||
    state === "paused" ||
    state === "finishing" ||
    (state === "starting" && print.filename === ownPath);
  if (!hasPrint(print) || ours) {
    if (external !== null) turn.know({ external: null });
    if (hasPrint(print) && print.filename !== ownPath) turn.watch({ stranger: true });
    return;
  }
  if (external?.filename === print.filename && turn.stored.plate.state !== "clear") return;
  turn.know({ external: { filename: print.filename } });
  occupy(turn, `${print.filename} was started at the printer.`);
}
