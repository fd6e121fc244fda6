import { existsSync, readdirSync } from "node:fs";
import { setPriority } from "node:os";

/**
 * Lets every thread of a process run behind others. Linux keeps a priority per thread, and that of a process
 * is its first one's: the threads that collect its garbage would stay in front, all of them at once.
 */
export function runBehind(pid: number, priority: number): void {
  const threads = `/proc/${pid}/task`;
  if (!existsSync(threads)) {
    setPriority(pid, priority);
    return;
  }
  for (const thread of readdirSync(threads)) setPriority(Number(thread), priority);
}
