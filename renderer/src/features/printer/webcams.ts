import * as z from "zod";

/** Moonraker's list of cameras, the fields that a picture needs. */
export const WebcamList = z.object({
  webcams: z.array(
    z.looseObject({
      name: z.string(),
      enabled: z.boolean().default(true),
      snapshot_url: z.string().default(""),
      stream_url: z.string().default(""),
    }),
  ),
});

/**
 * Address of the first camera's still picture. A relative one is below the printer's own web server,
 * which is where Moonraker's address points to without its port. Null = no camera that can be shown.
 */
export function snapshotUrl(list: z.output<typeof WebcamList>, printer: string): string | null {
  const camera = list.webcams.find((one) => one.enabled && one.snapshot_url !== "");
  if (camera === undefined) return null;
  try {
    const base = new URL(printer);
    return new URL(camera.snapshot_url, `${base.protocol}//${base.hostname}/`).href;
  } catch {
    return null;
  }
}
