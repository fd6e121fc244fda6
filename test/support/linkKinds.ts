/**
 * The two ways a host reaches a printer. What has a meaning behind both is tested behind both; which file does
 * is held in test/unit/build/linkCoverage.test.ts.
 */
export const LINK_KINDS = [
  { by: "moonraker", name: "a Moonraker" },
  { by: "klipper", name: "Klipper's own socket" },
] as const;
export type LinkBy = (typeof LINK_KINDS)[number]["by"];

/** Where a machine of a simulator's process is reached. */
export function addressBy(
  by: LinkBy,
  machine: { readonly url: string; readonly socket: string } | undefined,
): string {
  if (machine === undefined) throw new Error("A simulated printer is missing");
  return by === "klipper" ? machine.socket : machine.url;
}
