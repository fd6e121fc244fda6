import * as z from "zod";

const Bounds = z.object({ x: z.int(), y: z.int(), width: z.int(), height: z.int() });
export type Bounds = z.output<typeof Bounds>;

const Stored = z.object({ bounds: Bounds, maximized: z.boolean() });
export type WindowState = z.output<typeof Stored>;

const PREFERRED = { width: 1440, height: 900 } as const;
/** Pixels of the title bar that must be on a screen, else a window cannot be moved back. */
const REACHABLE = 80;

/** Reads what was stored; anything unreadable is as good as nothing. */
export function parseWindowState(text: string): WindowState | null {
  try {
    return Stored.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/**
 * Where the window opens: where it was, if that is still on one of the screens (a monitor may be gone),
 * else in the middle of the first.
 */
export function placeWindow(stored: WindowState | null, workAreas: readonly Bounds[]): WindowState {
  if (stored !== null && workAreas.some((area) => reaches(stored.bounds, area))) return stored;
  const [area = { x: 0, y: 0, ...PREFERRED }] = workAreas;
  const width = Math.min(PREFERRED.width, area.width);
  const height = Math.min(PREFERRED.height, area.height);
  const x = Math.round(area.x + (area.width - width) / 2);
  const y = Math.round(area.y + (area.height - height) / 2);
  return { bounds: { x, y, width, height }, maximized: false };
}

function reaches(window: Bounds, area: Bounds): boolean {
  const right = Math.min(window.x + window.width, area.x + area.width);
  const overlap = right - Math.max(window.x, area.x);
  const top = window.y;
  return overlap >= REACHABLE && top >= area.y && top <= area.y + area.height - REACHABLE;
}
