import * as z from "zod";
import { KlippyState } from "#shared/contract/server.ts";
import type { Notice } from "./linkProtocol.ts";

/** Loose on purpose: only what the link uses is looked at, so that a newer Klipper still works. */

export const InfoAnswer = z.looseObject({
  // A word we do not know is a printer we must not start on.
  state: z
    .string()
    .transform((state) => KlippyState.catch("error").parse(state))
    .pipe(KlippyState),
  state_message: z.string().catch(""),
  hostname: z.string().nullable().catch(null),
  process_id: z.int().nullable().catch(null),
  software_version: z.string(),
});

export const ObjectListAnswer = z.looseObject({ objects: z.array(z.string()) });

const Objects = z.record(z.string(), z.record(z.string(), z.unknown()));

export const StatusAnswer = z.looseObject({ eventtime: z.number(), status: Objects });

const Output = z.looseObject({ response: z.string() });
const Webhooks = z.looseObject({ state: z.string().optional() });

const CardConfig = z.looseObject({
  configfile: z.looseObject({
    config: z.looseObject({ virtual_sdcard: z.looseObject({ path: z.string().min(1) }) }),
  }),
});

/** `[virtual_sdcard] path` as configured, `~` and all; undefined when the printer has no such section. */
export function cardPath(status: unknown): string | undefined {
  const read = CardConfig.safeParse(status);
  return read.success ? read.data.configfile.config.virtual_sdcard.path : undefined;
}

/** Whether a full status, which has `webhooks` in it, is one of a Klipper that can print. */
export function isReady(status: z.output<typeof Objects>): boolean {
  return Webhooks.safeParse(status["webhooks"]).data?.state === "ready";
}

/** What a status update says. A shutdown is told nowhere else than in the object `webhooks`. */
export function readStatusNotice(method: string, params: unknown): readonly Notice[] {
  const update = StatusAnswer.safeParse(params);
  if (!update.success) return [{ kind: "bad", method }];
  const { status: delta, eventtime } = update.data;
  const status: Notice = { kind: "status", delta, eventtime };
  const webhooks = Webhooks.safeParse(delta["webhooks"]);
  const isDown = webhooks.success && webhooks.data.state === "shutdown";
  return isDown ? [status, { kind: "klippy", state: "shutdown" }] : [status];
}

/** What a line of output says. */
export function readOutputNotice(method: string, params: unknown): readonly Notice[] {
  const output = Output.safeParse(params);
  return [output.success ? { kind: "gcode", line: output.data.response } : { kind: "bad", method }];
}
