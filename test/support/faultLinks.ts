import { LINK_KINDS, type LinkBy } from "./linkKinds.ts";
import { FaultStage, type StageOptions } from "./faultStage.ts";

/** A way a host reaches its machines. Faults are shown behind each. */
export interface FaultLink {
  readonly by: LinkBy;
  readonly name: string;
  /** Opens a stage whose machines are all reached this way. */
  readonly open: (
    onEnd: Parameters<typeof FaultStage.open>[0],
    options?: Omit<StageOptions, "by">,
  ) => Promise<FaultStage>;
}

export const FAULT_LINKS: readonly FaultLink[] = LINK_KINDS.map(({ by, name }) => ({
  by,
  name,
  open: (onEnd, options = {}) => FaultStage.open(onEnd, { ...options, by }),
}));

function only(kind: LinkBy): FaultLink {
  const found = FAULT_LINKS.find(({ by }) => by === kind);
  if (found === undefined) throw new Error(`There is no way ${kind}`);
  return found;
}

export const BY_MOONRAKER = only("moonraker");
export const BY_KLIPPER = only("klipper");
