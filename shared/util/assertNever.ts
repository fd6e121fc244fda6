/** Closes an exhaustive switch: a new union member without a case is a compile error here. */
export function assertNever(value: never, what = "case"): never {
  throw new Error(`Unhandled ${what}: ${JSON.stringify(value)}`);
}
