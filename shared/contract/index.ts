import type * as z from "zod";
import { farmDiscoveryMethods } from "./farmDiscovery.ts";
import { farmHistoryMethods } from "./farmHistory.ts";
import { farmLibraryMethods } from "./farmLibrary.ts";
import { accessMethods } from "./access.ts";
import { databaseMethods } from "./database.ts";
import { farmMethods } from "./farmMethods.ts";
import { farmReachMethods } from "./farmReach.ts";
import { farmSettingsMethods } from "./farmSettings.ts";
import { farmWebhookMethods } from "./farmWebhooks.ts";
import { fileChangeMethods, fileMethods } from "./files.ts";
import { historyMethods } from "./history.ts";
import { jobQueueMethods } from "./jobQueue.ts";
import { machineMethods } from "./machine.ts";
import { printerMethods } from "./printer.ts";
import { serverMethods } from "./server.ts";

/** Every method of the API, in one table. Add a method by adding a row to its area and a handler. */
export const methods = {
  ...serverMethods,
  ...jobQueueMethods,
  ...fileMethods,
  ...fileChangeMethods,
  ...printerMethods,
  ...machineMethods,
  ...historyMethods,
  ...databaseMethods,
  ...accessMethods,
  ...farmMethods,
  ...farmHistoryMethods,
  ...farmLibraryMethods,
  ...farmDiscoveryMethods,
  ...farmSettingsMethods,
  ...farmReachMethods,
  ...farmWebhookMethods,
};

export type Methods = typeof methods;
export type MethodName = keyof Methods;

/** What a handler receives. */
export type Params<M extends MethodName> = z.output<Methods[M]["params"]>;
/** What a caller sends. */
export type ParamsInput<M extends MethodName> = z.input<Methods[M]["params"]>;
export type Result<M extends MethodName> = z.output<Methods[M]["result"]>;

export function isMethodName(name: string): name is MethodName {
  return Object.hasOwn(methods, name);
}
