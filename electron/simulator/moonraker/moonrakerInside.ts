import type { PrinterObjects } from "#shared/util/mergeStatus.ts";
import type { JobState } from "./jobState.ts";
import type { MoonrakerOptions } from "./moonrakerOptions.ts";

/** What the parts inside a Moonraker see of it. */
export interface MoonrakerInside {
  readonly options: MoonrakerOptions;
  readonly jobState: Pick<JobState, "isJobRunning">;
  /** Unix seconds. */
  readonly time: number;
  notify(method: string, params?: readonly unknown[]): void;
  /** The full status at Klipper's next tick. */
  nextStatus(): Promise<PrinterObjects>;
  /** Runs `start` once, when the print under way has ended. */
  afterPrint(start: () => void): void;
}
