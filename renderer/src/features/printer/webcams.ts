import * as z from "zod";

/** Moonraker's list of cameras, as far as it says whether there is a picture to show. */
export const WebcamList = z.object({
  webcams: z.array(
    z.looseObject({
      enabled: z.boolean().default(true),
      snapshot_url: z.string().default(""),
    }),
  ),
});

/** Whether one of them makes stills; the host then fetches them. */
export function hasCamera({ webcams }: z.output<typeof WebcamList>): boolean {
  return webcams.some((one) => one.enabled && one.snapshot_url !== "");
}
