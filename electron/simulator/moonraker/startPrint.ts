import { messageOf } from "#shared/rpc/errors.ts";
import { type Clock, sleep } from "#shared/util/clock.ts";
import { drop } from "#shared/util/drop.ts";
import type { FaultSwitches } from "../faults.ts";
import { GcodeError } from "../klippy/gcodeLine.ts";
import type { RecordEntry } from "../record.ts";
import type { MoonrakerInside } from "./moonrakerInside.ts";
import { ServerError } from "./serverError.ts";

/** Runs a script on Klipper; its errors become Moonraker's. */
export async function runScript(moonraker: MoonrakerInside, script: string): Promise<void> {
  const { klippy } = moonraker.options;
  if (klippy.state === "disconnected") throw new ServerError(503, "Klippy Host not connected");
  try {
    await klippy.runScript(script);
  } catch (error) {
    const message = messageOf(error);
    if (message === "Klippy Disconnected") throw new ServerError(503, message);
    throw new ServerError(error instanceof GcodeError ? 400 : 500, message);
  }
}

/** What a start with faults acts on. */
export interface StartGround {
  readonly faults: FaultSwitches;
  readonly clock: Clock;
  readonly append: (entry: Pick<RecordEntry, "event" | "path" | "message">) => void;
  /** Once the present print has ended, this runs. */
  readonly afterPrint: (again: () => void) => void;
}

/** Sends one start on with every fault a start can have; `refuse` makes the printer's own error. */
export async function startWithFaults(
  { faults, clock, append, afterPrint }: StartGround,
  run: () => Promise<void>,
  refuse: (message: string) => Error,
): Promise<void> {
  const refusal = faults.refuseStart;
  if (refusal !== null && refusal.times > 0) {
    refusal.times--;
    throw refuse(refusal.message);
  }
  if (faults.ignoreStart > 0) {
    faults.ignoreStart--;
    return;
  }
  const again = (which: "twice" | "late"): void => {
    append({ event: "again", message: which });
    drop(run(), (error) => append({ event: "failed", message: messageOf(error) }));
  };
  if (faults.startTwice > 0) {
    faults.startTwice--;
    afterPrint(() => again("twice"));
  }
  if (faults.startLate !== null) {
    drop(
      sleep(clock, faults.startLate).then(() => again("late")),
      () => undefined,
    );
    return;
  }
  await run();
}

/** Starts a print the way Moonraker does. Resolves when Klipper has opened the file. */
export async function startPrint(moonraker: MoonrakerInside, filename: string): Promise<void> {
  const { faults, klippy, clock, append } = moonraker.options;
  append({ event: "start_requested", path: filename });
  if (klippy.state === "disconnected") throw new ServerError(503, "Klippy Host not connected");
  if (filename === "") throw new ServerError(500, "string index out of range");
  const path = filename.replace(/^\//, "").replaceAll('"', '\\"');
  const script = `SDCARD_PRINT_FILE FILENAME="${path}"`;
  await startWithFaults(
    { faults, clock, append, afterPrint: (again) => moonraker.afterPrint(again) },
    () => runScript(moonraker, script),
    (message) => new ServerError(400, message),
  );
}
