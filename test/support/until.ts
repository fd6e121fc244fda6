/**
 * Waits until `probe` gives something true and returns it. Fails with the probe's source, so that a test
 * that waits in vain says for what.
 */
export async function until<T>(
  probe: () => T | undefined | null | false,
  timeout = 10_000,
): Promise<T> {
  const end = performance.now() + timeout;
  for (;;) {
    const value = probe();
    if (value !== undefined && value !== null && value !== false) return value;
    if (performance.now() > end) {
      throw new Error(`Not within ${timeout} ms: ${probe.toString()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
