import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { waitFor } from "../support/apiClient.ts";

/** Flags for a host whose event loop is watched. */
export const WATCH_LOOP = [
  "--import",
  fileURLToPath(new URL("./loopDelayPreload.ts", import.meta.url)),
];

/** Milliseconds. */
const Delays = z.object({ p999: z.number(), longest: z.number() });

/** How late the turns of a host's event loop were since it was last asked; the host itself says so. */
export async function takeLoopDelays(host: ChildProcess): Promise<z.output<typeof Delays>> {
  let said = "";
  const listen = (chunk: Buffer): void => void (said += chunk.toString());
  host.stdout?.on("data", listen);
  host.kill("SIGUSR2");
  const text = await waitFor("the host's delays", () => /^loop delays (.+)$/m.exec(said)?.[1]);
  host.stdout?.off("data", listen);
  return Delays.parse(JSON.parse(text));
}
