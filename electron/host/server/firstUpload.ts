import type { IncomingMessage } from "node:http";
import type { HostInfo } from "#shared/contract/farmSettings.ts";
import { PrinterId } from "#shared/domain/ids.ts";
import type { Clock } from "#shared/util/clock.ts";
import * as z from "zod";
import type { SettingsStore } from "../store/settingsStore.ts";

const KEY = "first_upload";
const Stored = z.object({
  filename: z.string(),
  printer: PrinterId.nullable(),
  /** Wall milliseconds. */
  at: z.number(),
});

export interface FirstUploadParts {
  readonly settings: SettingsStore;
  readonly clock: Clock;
}

/** Keeps the first file that another program sent: then a slicer is known to be set up. */
export async function noteFirstUpload(
  { settings, clock }: FirstUploadParts,
  request: IncomingMessage,
  filename: string,
  printer: PrinterId | null,
): Promise<void> {
  // A browser names the page an upload comes from; slicers and scripts have none.
  if (request.headers.origin !== undefined || firstUpload(settings) !== null) return;
  await settings.set(KEY, { filename, printer, at: clock.now() });
}

export function firstUpload(settings: SettingsStore): HostInfo["first_upload"] {
  const stored = Stored.safeParse(settings.get(KEY));
  if (!stored.success) return null;
  const { filename, printer, at } = stored.data;
  return { filename, printer, time: at / 1000 };
}
