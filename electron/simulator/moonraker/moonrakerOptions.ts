import type { Clock } from "#shared/util/clock.ts";
import type { FaultSwitches } from "../faults.ts";
import type { Klippy } from "../klippy/klippy.ts";
import type { RecordEntry } from "../record.ts";
import type { FileStore } from "./fileStore.ts";
import type { History } from "./history.ts";
import type { OneshotTokens } from "./oneshotTokens.ts";

/** What a Moonraker is made of and what outlives it. */
export interface MoonrakerOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly klippy: Klippy;
  readonly files: FileStore;
  /** The root `config`, by path. */
  readonly config: Map<string, Buffer>;
  readonly history: History;
  readonly faults: FaultSwitches;
  readonly append: (entry: Omit<RecordEntry, "time" | "printer">) => void;
  readonly automaticQueue: boolean;
  /** Moonraker's load_on_startup and queue_gcode_uploads. */
  readonly loadsOnStartup: boolean;
  readonly queuesUploads: boolean;
  readonly random: () => number;
  readonly macAddress: string;
  /** Name of the plug that feeds Klipper; null = there is none. */
  readonly powerDevice: string | null;
  readonly tokens: OneshotTokens;
  /** Goes down and comes back by itself, soon. */
  readonly restart: () => void;
}
