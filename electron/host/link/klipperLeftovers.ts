import { readdir, rm, rmdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** Milliseconds without a write after which nobody can be writing a file any more. */
const ABANDONED_AFTER = 3_600_000;
/** Names that only unfinished work of ours has: transfers, and files that prove a folder. */
const UNFINISHED = /^\.nextplate-[0-9a-f]{16}\.part$|^nextplate-probe-[0-9a-f]{12}\.gcode$/;

/**
 * Removes what a program left in the printer's folder when it was killed in the middle: nobody else would, and
 * half a large file is large. Never rejects: what cannot be removed now is tried again another time.
 */
export async function removeLeftovers(folder: string, now: number): Promise<void> {
  const ours = join(folder, "nextplate");
  for (const path of [folder, ours]) await removeFrom(path, now);
  for (const entry of await entriesOf(ours)) {
    if (!entry.isDirectory()) continue;
    const path = join(ours, entry.name);
    // One that holds anything stays.
    if (await removeFrom(path, now)) await rmdir(path).catch(() => {});
  }
}

/** Resolves to whether anything was removed. */
async function removeFrom(path: string, now: number): Promise<boolean> {
  let removed = false;
  for (const { name } of await entriesOf(path)) {
    if (!UNFINISHED.test(name)) continue;
    const file = join(path, name);
    const written = await stat(file).catch(() => null);
    if (written === null || now - written.mtimeMs < ABANDONED_AFTER) continue;
    await rm(file, { force: true }).catch(() => {});
    removed = true;
  }
  return removed;
}

function entriesOf(path: string) {
  return readdir(path, { withFileTypes: true }).catch(() => []);
}
