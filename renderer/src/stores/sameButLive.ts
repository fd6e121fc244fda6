import type { PrinterView } from "#shared/contract/farm.ts";

/**
 * Whether two views differ in nothing but what travels with the live data too. A host that comes back tells
 * all of every printer; a page that took each for news would draw hundreds of them anew for nothing.
 */
export function sameButLive(a: PrinterView, b: PrinterView): boolean {
  return sameData(withoutLive(a), withoutLive(b));
}

/** Live data says how far, not whether: a transfer that begins, or another heater, is news. */
function withoutLive({ current, temperatures, ...rest }: PrinterView): object {
  const heaters = temperatures.map(({ name }) => name);
  if (current === null) return { ...rest, heaters, current };
  const {
    progress: _p,
    print_duration: _d,
    remaining: _r,
    layer: _l,
    transfer,
    ...print
  } = current;
  return { ...rest, heaters, current: print, isTransferred: transfer !== null };
}

/** The same data as JSON has it: no functions, no cycles. */
function sameData(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = Object.entries(a);
  const right = new Map<string, unknown>(Object.entries(b));
  return (
    left.length === right.size &&
    left.every(([key, value]) => right.has(key) && sameData(value, right.get(key)))
  );
}
