/** The start of the next frame; a hidden page has none. */
export function nextFrame(): Promise<unknown> {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}

/** Awaited in a frame, it is over when that frame has been drawn: in a task of its own. */
export function afterPaint(): Promise<unknown> {
  if ("scheduler" in globalThis) {
    return scheduler.postTask(() => undefined, { priority: "user-blocking" });
  }
  return new Promise((resolve) => setTimeout(resolve));
}

/** What was changed just now is on the screen. */
export async function painted(): Promise<void> {
  await nextFrame();
  await afterPaint();
}
