import type { PrinterObjects } from "#shared/util/mergeStatus.ts";

/** Object name to the fields wanted; null = all of them. */
export type Selection = Readonly<Record<string, readonly string[] | null>>;

/** What changed from one status to the next, per object and field. */
export function statusDelta(before: PrinterObjects, after: PrinterObjects): PrinterObjects {
  const delta: Record<string, Record<string, unknown>> = {};
  for (const [name, fields] of Object.entries(after)) {
    const old = before[name];
    if (old === fields) continue;
    for (const [key, value] of Object.entries(fields)) {
      if (old !== undefined && isSame(old[key], value)) continue;
      (delta[name] ??= {})[key] = value;
    }
  }
  return delta;
}

/** The chosen part of a full status: unknown objects are `{}`, unknown fields null. */
export function selectStatus(objects: PrinterObjects, selection: Selection): PrinterObjects {
  const chosen: Record<string, Readonly<Record<string, unknown>>> = {};
  for (const [name, fields] of Object.entries(selection)) {
    const object = objects[name];
    if (object === undefined || fields === null) chosen[name] = object ?? {};
    else chosen[name] = Object.fromEntries(fields.map((key) => [key, object[key] ?? null]));
  }
  return chosen;
}

/** The chosen part of a delta; null when nothing of it changed. */
export function selectDelta(delta: PrinterObjects, selection: Selection): PrinterObjects | null {
  let chosen: Record<string, Readonly<Record<string, unknown>>> | null = null;
  for (const [name, fields] of Object.entries(delta)) {
    const wanted = selection[name];
    if (wanted === undefined) continue;
    const kept =
      wanted === null
        ? fields
        : Object.fromEntries(Object.entries(fields).filter(([key]) => wanted.includes(key)));
    if (Object.keys(kept).length > 0) (chosen ??= {})[name] = kept;
  }
  return chosen;
}

function isSame(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== "object" || typeof right !== "object") return false;
  return JSON.stringify(left) === JSON.stringify(right);
}
