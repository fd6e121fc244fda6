import type { QueueEdit } from "#shared/domain/edit.ts";
import type { Reason } from "#shared/domain/queue.ts";
import { unknownCommands } from "./gcodeNames.ts";
import type { QueueSnapshot } from "./queueEngine.ts";
import type { QueueModel } from "./queueModel.ts";
import { goesOn, rowReasons, troubleAtHead } from "./queuePolicy.ts";
import { wireState } from "./wireState.ts";

/** What others see of a model; `previous` itself when they would see no difference. `unstored`: see there. */
export function snapshotOf(
  model: QueueModel,
  unstored: string | null,
  previous: QueueSnapshot | null,
): QueueSnapshot {
  const { stored, options, world } = model;
  const { delay } = world;
  const next: QueueSnapshot = {
    stored,
    options,
    state: wireState(model),
    reasons: rowReasons(model),
    trouble: troubleAtHead(model),
    unstored,
    reconciled: world.reconciled,
    external: world.external,
    transfer: world.transfer,
    ahead: aheadOf(world, previous),
    unknownCommands: unknownOf(model, previous),
    undoable: undoableOf(world.edits.done.at(-1)),
    redoable: world.edits.undone.at(-1)?.what ?? null,
    mastery: world.mastery,
    loadingUntil: delay !== null && goesOn(model, "delayed") ? delay.until.wall : null,
  };
  if (previous === null) return next;
  const same =
    previous.stored === next.stored &&
    previous.options === next.options &&
    previous.state === next.state &&
    previous.trouble === next.trouble &&
    previous.unstored === next.unstored &&
    previous.reconciled === next.reconciled &&
    previous.external?.filename === next.external?.filename &&
    previous.transfer === next.transfer &&
    previous.ahead === next.ahead &&
    previous.mastery === next.mastery &&
    previous.loadingUntil === next.loadingUntil &&
    previous.unknownCommands === next.unknownCommands &&
    previous.undoable === next.undoable &&
    previous.redoable === next.redoable &&
    sameReasons(previous.reasons, next.reasons);
  return same ? previous : next;
}

/** The answer to a pause that holds already and whose record is still on its way. */
export function pausedSoon(snapshot: QueueSnapshot): QueueSnapshot {
  const { stored } = snapshot;
  return {
    ...snapshot,
    stored: { ...stored, armed: false, pauseRequested: true },
    state: stored.attempt?.state === "starting" ? "starting" : "paused",
  };
}

/** Nothing is known of a printer's commands without a session that has told them. */
function unknownOf(model: QueueModel, previous: QueueSnapshot | null): readonly string[] {
  const { session, commands } = model.world;
  const script = model.options.jobTransitionGcode;
  if (script === "" || session === null || commands === null) return NONE;
  const names = unknownCommands(script, session.objects, commands);
  const before = previous?.unknownCommands ?? NONE;
  return names.join() === before.join() ? before : names;
}

function undoableOf(edit: QueueEdit | undefined): string | null {
  return edit === undefined || edit.barrier !== null ? null : edit.what;
}

const NONE: readonly string[] = [];

/** The same object as long as it says the same. */
function aheadOf({ ahead }: QueueModel["world"], previous: QueueSnapshot | null) {
  if (ahead === null || ahead.state === "failed") return null;
  const { content, waits } = ahead;
  const progress = ahead.state === "there" ? 1 : ahead.progress;
  const before = previous?.ahead;
  const isSame =
    before?.content === content && before.progress === progress && before.waits === waits;
  return isSame ? before : { content, progress, waits };
}

type Rows = readonly (readonly Reason[])[];

function sameReasons(a: Rows, b: Rows): boolean {
  return a.length === b.length && a.every((row, index) => sameRow(row, b[index] ?? []));
}

function sameRow(a: readonly Reason[], b: readonly Reason[]): boolean {
  if (a === b) return true;
  return (
    a.length === b.length &&
    a.every((one, index) => one.code === b[index]?.code && one.text === b[index]?.text)
  );
}
