/** Printer objects by name, each a bag of fields, as Klipper reports them. */
export type PrinterObjects = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * Merges a status delta per object **and per field** (a delta holds changed fields only; replacing
 * whole objects would lose the others). Returns `base` itself when nothing changed; objects that did
 * not change keep their identity.
 */
export function mergeStatus(base: PrinterObjects, delta: PrinterObjects): PrinterObjects {
  let merged: Record<string, Readonly<Record<string, unknown>>> | undefined;
  for (const [name, fields] of Object.entries(delta)) {
    const before = Object.hasOwn(base, name) ? base[name] : undefined;
    if (before !== undefined && Object.entries(fields).every(([k, v]) => Object.is(before[k], v))) {
      continue;
    }
    merged ??= { ...base };
    merged[name] = { ...before, ...fields };
  }
  return merged ?? base;
}
