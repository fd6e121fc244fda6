import * as z from "zod";
import { Actor } from "../domain/plate.ts";
import { PrinterId } from "../domain/ids.ts";
import { StageRate } from "../domain/stageRate.ts";
import { method, Scope } from "./method.ts";

/** An API key as it is listed; the key itself is told once, when it is made. */
export const ApiKeyView = z.object({
  id: z.string(),
  name: z.string(),
  scope: Scope,
  /** Its last four letters. */
  ending: z.string(),
  /** Unix seconds. */
  created: z.number(),
});
export type ApiKeyView = z.output<typeof ApiKeyView>;

export const BackupView = z.object({
  /** Where it lies on the host's computer. */
  path: z.string(),
  /** Bytes. */
  size: z.int(),
  /** Unix seconds. */
  created: z.number(),
});
export type BackupView = z.output<typeof BackupView>;

export const HostInfo = z.object({
  version: z.string(),
  data_dir: z.string(),
  /** Address and port of the API. */
  host: z.string(),
  port: z.int(),
  /** Other computers can reach it; then they need a key. */
  open_to_network: z.boolean(),
  store_notice: z.string().nullable(),
  /** The last good backup of queues, printers, settings and history; null = none yet. */
  backup: BackupView.nullable(),
  /** A backup waits to be put in place at the next start. */
  restore_pending: z.boolean(),
  /** The first file that came from another program, such as a slicer, and not from a web page. */
  first_upload: z
    .object({
      filename: z.string(),
      printer: PrinterId.nullable().describe("null = the farm's own library"),
      /** Unix seconds. */
      time: z.number(),
    })
    .nullable(),
  /** Bytes of the disk with the library. */
  disk: z.object({ total: z.number(), used: z.number(), free: z.number() }),
});
export type HostInfo = z.output<typeof HostInfo>;

export const SettingsView = z.object({
  stage_rate: StageRate.describe("bytes per second to a machine on which something prints"),
});
export type SettingsView = z.output<typeof SettingsView>;

const read = { target: "host", scope: "read", mutates: false } as const;
const admin = { target: "host", scope: "admin", mutates: true } as const;

/** The host itself: who may call it, and what keeps its data safe. */
export const farmSettingsMethods = {
  "farm.host.info": method({
    ...read,
    summary: "Get the host's version, addresses, data folder and backup",
    params: z.strictObject({}),
    result: HostInfo,
    http: { verb: "GET", path: "/farm/host/info" },
  }),
  "farm.settings.get": method({
    ...read,
    summary: "Get the settings that hold for all printers",
    params: z.strictObject({}),
    result: SettingsView,
    http: { verb: "GET", path: "/farm/settings" },
  }),
  "farm.settings.set": method({
    ...admin,
    summary: "Change settings that hold for all printers; those left out stay",
    params: SettingsView.partial().strict(),
    result: SettingsView,
  }),
  "farm.keys.list": method({
    ...admin,
    mutates: false,
    summary: "List the API keys that other computers may use",
    params: z.strictObject({}),
    result: z.object({ keys: z.array(ApiKeyView) }),
  }),
  "farm.keys.create": method({
    ...admin,
    summary: "Make an API key; it is told once and kept only as a hash",
    params: z.strictObject({
      name: z.string().trim().min(1).max(60),
      scope: Scope.default("admin").describe("what its bearer may do"),
    }),
    result: z.object({ key: z.string(), view: ApiKeyView }),
  }),
  "farm.keys.revoke": method({
    ...admin,
    summary: "Make a key worthless at once",
    params: z.strictObject({ id: z.string().max(60) }),
    result: z.object({ revoked: z.string() }),
  }),
  "farm.access.log": method({
    ...admin,
    mutates: false,
    summary:
      "List what happened at the door, newest first: logins, credentials refused, users, keys and webhooks made and taken away. The last 10,000 entries are kept",
    params: z.strictObject({
      limit: z.int().min(1).max(1000).default(100),
      before: z.int().min(0).optional().describe("the number of an entry: only older ones"),
    }),
    result: z.object({
      entries: z.array(
        z.object({
          /** Grows with time; there are gaps. */
          number: z.int(),
          /** Unix seconds. */
          time: z.number(),
          kind: z.string(),
          actor: Actor,
          data: z.record(z.string(), z.unknown()),
        }),
      ),
    }),
  }),
  "farm.backup.create": method({
    ...admin,
    summary: "Back up queues, printers, settings and history now; the copy is checked",
    params: z.strictObject({}),
    result: BackupView,
  }),
  "farm.backup.restore": method({
    ...admin,
    summary:
      "Put the last backup in place at the next start; the present data is kept aside, and every queue waits until plates are looked at. `false` takes it back",
    params: z.strictObject({ pending: z.boolean().default(true) }),
    result: z.object({ restore_pending: z.boolean() }),
  }),
};
