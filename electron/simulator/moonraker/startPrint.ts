import { messageOf } from "#shared/rpc/errors.ts";
import { sleep } from "#shared/util/clock.ts";
import { drop } from "#shared/util/drop.ts";
import { GcodeError } from "../klippy/gcodeLine.ts";
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

/**
 * Starts a print the way Moonraker does, with every fault a start can have. Resolves when Klipper has
 * opened the file.
 */
export async function startPrint(moonraker: MoonrakerInside, filename: string): Promise<void> {
  const { faults, klippy, clock, append } = moonraker.options;
  append({ event: "start_requested", path: filename });
  if (klippy.state === "disconnected") throw new ServerError(503, "Klippy Host not connected");
  if (filename === "") throw new ServerError(500, "string index out of range");
  const path = filename.replace(/^\//, "").replaceAll('"', '\\"');
  const script = `SDCARD_PRINT_FILE FILENAME="${path}"`;
  const refusal = faults.refuseStart;
  if (refusal !== null && refusal.times > 0) {
    refusal.times--;
    throw new ServerError(400, refusal.message);
  }
  if (faults.ignoreStart > 0) {
    faults.ignoreStart--;
    return;
  }
  const again = (): void =>
    drop(runScript(moonraker, script), (error) =>
      append({ event: "failed", message: messageOf(error) }),
    );
  if (faults.startTwice > 0) {
    faults.startTwice--;
    moonraker.afterPrint(again);
  }
  if (faults.startLate !== null) {
    drop(sleep(clock, faults.startLate).then(again), () => undefined);
    return;
  }
  await runScript(moonraker, script);
}
