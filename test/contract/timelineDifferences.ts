/** What our clients see instead of the recorded order, and the row of docs/compatibility.md that says why. */
export const TIMELINE_DIFFERENCES: Readonly<
  Record<string, { readonly row: string; readonly queue: readonly string[] } | undefined>
> = {};
