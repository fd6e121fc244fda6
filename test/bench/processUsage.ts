import { readFile } from "node:fs/promises";
import { resourceUsage } from "node:process";

export interface Usage {
  /** Milliseconds of CPU since its start, all threads. */
  readonly cpu: number;
  /** Resident megabytes. */
  readonly memory: number;
}

/** Linux counts in hundredths of a second, whatever the kernel's own tick. */
const TICK = 10;

/** What a process has used so far; null where the system does not tell (only Linux does, by /proc). */
export async function usageOf(pid: number | undefined): Promise<Usage | null> {
  if (pid === undefined) return null;
  if (pid === process.pid) {
    const { userCPUTime, systemCPUTime } = resourceUsage();
    return { cpu: (userCPUTime + systemCPUTime) / 1000, memory: process.memoryUsage.rss() / MB };
  }
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    // The name before the last bracket may hold anything, blanks included.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const status = await readFile(`/proc/${pid}/status`, "utf8");
    const resident = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? "0";
    return {
      cpu: (Number(fields[11]) + Number(fields[12])) * TICK,
      memory: Number(resident) / 1024,
    };
  } catch {
    return null;
  }
}

const MB = 1024 * 1024;
