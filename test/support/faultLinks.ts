import { FaultStage, type StageOptions } from "./faultStage.ts";

/** A way a host reaches its machines. Faults are shown behind each. */
export interface FaultLink {
  readonly by: NonNullable<StageOptions["by"]>;
  readonly name: string;
  /** Opens a stage whose machines are all reached this way. */
  readonly open: (
    onEnd: Parameters<typeof FaultStage.open>[0],
    options?: Omit<StageOptions, "by">,
  ) => Promise<FaultStage>;
}

function linkBy(by: FaultLink["by"], name: string): FaultLink {
  return { by, name, open: (onEnd, options = {}) => FaultStage.open(onEnd, { ...options, by }) };
}

export const BY_MOONRAKER = linkBy("moonraker", "a Moonraker");
export const BY_KLIPPER = linkBy("klipper", "Klipper's own socket");
export const FAULT_LINKS: readonly FaultLink[] = [BY_MOONRAKER, BY_KLIPPER];
