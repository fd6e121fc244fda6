import { AppError } from "#shared/rpc/errors.ts";
import { backoffDelay, type BackoffOptions } from "#shared/util/backoff.ts";
import { type Clock, sleep } from "#shared/util/clock.ts";
import { drop } from "#shared/util/drop.ts";
import type { Pace } from "../link/printerLink.ts";
import type { MachineView } from "./machineWatch.ts";
import { decideStaging, type StagingReason } from "./stagingPolicy.ts";

/** After a transfer has given way: a minute, then longer, so that a slow machine is not pestered. */
const AFTER_YIELDING: BackoffOptions = { base: 60_000, cap: 600_000, jitter: 0 };

export interface SparingParts {
  readonly clock: Clock;
  readonly view: MachineView;
  readonly signal: AbortSignal;
  /** Asked each time: what goes ahead may have become due. */
  readonly reason: () => StagingReason;
  /** Bytes per second while anything prints there. */
  readonly rate: () => number;
  /** Why nothing is sent just now; null = it goes on. */
  readonly onWait: (why: string | null) => void;
}

/**
 * Runs a transfer so that prints on its machine do not suffer: when the policy allows, at its pace, and
 * from the start again later when it had to give way. `transfer` must hand every piece to `pace` first.
 */
export async function sparePrints<T>(
  parts: SparingParts,
  transfer: (pace: Pace) => Promise<T>,
): Promise<T> {
  const { clock, view, signal, reason, rate, onWait } = parts;
  for (let yielded = 0; ;) {
    await view.probe();
    const before = view.load();
    const verdict = decideStaging(before, null, reason(), rate());
    if (verdict.kind === "wait") {
      onWait(verdict.why);
      await pauseOr(clock, verdict.seconds * 1000, parts);
      continue;
    }
    let strain: string | null = null;
    try {
      onWait(null);
      return await transfer(async (bytes) => {
        drop(view.probe(), () => {});
        const next = decideStaging(view.load(), before, reason(), rate());
        if (next.kind === "wait") {
          strain = next.why;
          throw new AppError("unavailable", next.why);
        }
        if (next.rate !== null) await sleep(clock, view.share(bytes, next.rate), signal);
      });
    } catch (error) {
      // The link may tell the broken transfer in its own words; what counts is who broke it.
      if (strain === null || signal.aborted) throw error;
      onWait(strain);
      await pauseOr(clock, backoffDelay(yielded++, AFTER_YIELDING, 0), parts);
    }
  }
}

/** Milliseconds between two looks at whether a wait is still needed. */
const LOOK = 5_000;

/** Waits, but no longer than something prints there. Rejects when cancelled. */
async function pauseOr(clock: Clock, delay: number, { view, signal }: SparingParts): Promise<void> {
  const until = clock.monotonic() + delay;
  for (;;) {
    const left = until - clock.monotonic();
    if (left <= 0 || view.load().printingFor === null) break;
    await sleep(clock, Math.min(left, LOOK), signal);
    if (signal.aborted) throw new AppError("unavailable", "Cancelled");
  }
}
