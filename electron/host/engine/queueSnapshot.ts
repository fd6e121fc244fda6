import type { Reason } from "#shared/domain/queue.ts";
import type { QueueSnapshot } from "./queueEngine.ts";
import type { QueueModel } from "./queueModel.ts";
import { canLoad, rowReasons } from "./queuePolicy.ts";
import { wireState } from "./wireState.ts";

/** What others see of a model; `previous` itself when they would see no difference. */
export function snapshotOf(model: QueueModel, previous: QueueSnapshot | null): QueueSnapshot {
  const { stored, options, world } = model;
  const { delay } = world;
  const next: QueueSnapshot = {
    stored,
    options,
    state: wireState(model),
    reasons: rowReasons(model),
    external: world.external,
    transfer: world.transfer,
    loadingUntil: delay !== null && canLoad(model, "delayed") ? delay.until.wall : null,
  };
  if (previous === null) return next;
  const same =
    previous.stored === next.stored &&
    previous.options === next.options &&
    previous.state === next.state &&
    previous.external?.filename === next.external?.filename &&
    previous.transfer === next.transfer &&
    previous.loadingUntil === next.loadingUntil &&
    sameReasons(previous.reasons, next.reasons);
  return same ? previous : next;
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
