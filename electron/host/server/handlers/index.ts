import type { Handlers } from "../call.ts";
import type { HandlerParts } from "../parts.ts";
import { accessHandlers } from "./access.ts";
import { databaseHandlers } from "./database.ts";
import { farmHandlers } from "./farm.ts";
import { farmDiscoveryHandlers } from "./farmDiscovery.ts";
import { farmHistoryHandlers } from "./farmHistory.ts";
import { farmLibraryHandlers } from "./farmLibrary.ts";
import { farmQueueHandlers } from "./farmQueue.ts";
import { farmReachHandlers } from "./farmReach.ts";
import { farmSettingsHandlers } from "./farmSettings.ts";
import { farmWebhookHandlers } from "./farmWebhooks.ts";
import { fileChangeHandlers } from "./fileChanges.ts";
import { fileHandlers } from "./files.ts";
import { historyHandlers } from "./history.ts";
import { jobQueueHandlers } from "./jobQueue.ts";
import { machineHandlers } from "./machine.ts";
import { printerHandlers } from "./printer.ts";
import { serverHandlers } from "./server.ts";

/** Every handler of the API; a method of the table without one does not compile. */
export function createHandlers(parts: HandlerParts): Handlers {
  return {
    ...serverHandlers(parts),
    ...jobQueueHandlers(parts),
    ...fileHandlers(parts),
    ...fileChangeHandlers(parts),
    ...printerHandlers(parts),
    ...machineHandlers(parts),
    ...historyHandlers(parts),
    ...databaseHandlers(parts),
    ...accessHandlers(parts),
    ...farmHandlers(parts),
    ...farmQueueHandlers(parts),
    ...farmHistoryHandlers(parts),
    ...farmLibraryHandlers(parts),
    ...farmDiscoveryHandlers(parts),
    ...farmSettingsHandlers(parts),
    ...farmReachHandlers(parts),
    ...farmWebhookHandlers(parts),
  };
}
