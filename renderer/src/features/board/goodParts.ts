/** Whether a text is a number of parts: whole, not negative. */
export function isCount(text: string): boolean {
  const count = Number(text);
  return text.trim() !== "" && Number.isInteger(count) && count >= 0 && count <= 100_000;
}

/** What was typed as a number of parts; undefined = not counted. */
export function countOf(text: string): number | undefined {
  return isCount(text) ? Number(text) : undefined;
}
