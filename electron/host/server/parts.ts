import type { PrinterId } from "#shared/domain/ids.ts";
import type { Clock } from "#shared/util/clock.ts";
import type { Farm } from "../engine/farm.ts";
import type { Discovery } from "../discovery/discovery.ts";
import type { Library } from "../library/library.ts";
import type { Logger } from "../log/logger.ts";
import type { Backups } from "../store/backups.ts";
import type { HistoryStore } from "../store/historyStore.ts";
import type { AccessJournal } from "../store/accessJournal.ts";
import type { SettingsStore } from "../store/settingsStore.ts";
import type { Webhooks } from "../webhooks/webhooks.ts";
import type { Announce } from "../discovery/announcer.ts";
import type { Announcements } from "./announcements.ts";
import type { PrinterPorts } from "./printerPorts.ts";
import type { ReachSettings } from "./reachSettings.ts";
import type { Access } from "./access.ts";
import type { AccessAudit } from "./accessAudit.ts";
import type { ApiKeys } from "./apiKeys.ts";
import type { ClientDatabase } from "./clientDatabase.ts";
import type { GcodeArchives } from "./gcodeArchives.ts";
import type { FollowedObjects } from "./followedObjects.ts";
import type { PrinterFiles } from "./printerFiles.ts";
import type { QueueTexts } from "./queueTexts.ts";
import type { PrinterMemory } from "./printerMemory.ts";
import type { ListsByAddress } from "./receivedLists.ts";
import type { OneShotTokens } from "./oneShotTokens.ts";
import type { UploadClaims } from "./uploadClaims.ts";
import type { Session } from "./session.ts";
import type { StagedNames } from "./stagedNames.ts";
import type { Users } from "./users.ts";

/** What the rest of the host gives the server: interfaces only. */
export interface ServerParts {
  readonly farm: Farm;
  readonly library: Library;
  readonly settings: SettingsStore;
  readonly history: HistoryStore;
  readonly accessJournal: AccessJournal;
  readonly discovery: Discovery;
  readonly announce: Announce;
  /** Null while nothing is stored on a disk. */
  readonly backups: Backups | null;
  readonly webhooks: Webhooks;
  /** Where queues, files and settings are kept. */
  readonly dataDir: string;
  /** Where archives lie that front ends asked for; nobody else's. */
  readonly archiveDir: string;
  /** Where consoles and temperatures are kept over a restart. */
  readonly memoryDir: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly version: string;
  /** One sentence when the store is not as it should be, else null. */
  readonly storeNotice: string | null;
}

/** What handlers work with. */
export interface HandlerParts extends ServerParts {
  readonly stagedNames: StagedNames;
  readonly queueTexts: QueueTexts;
  readonly followed: FollowedObjects;
  readonly keys: ApiKeys;
  readonly reach: ReachSettings;
  readonly printerPorts: () => PrinterPorts;
  readonly announcements: () => Announcements;
  readonly users: Users;
  readonly audit: Pick<AccessAudit, "note">;
  readonly access: Pick<Access, "checkKey" | "checkToken" | "checkGuesses" | "countGuess">;
  /** Address and port of the API, and whether other computers can reach it. */
  readonly listening: () => {
    readonly host: string;
    readonly port: number;
    readonly openToNetwork: boolean;
  };
  readonly claims: UploadClaims;
  readonly printerFiles: PrinterFiles;
  readonly archives: GcodeArchives;
  readonly memory: PrinterMemory;
  readonly clientDatabase: ClientDatabase;
  readonly oneShotTokens: OneShotTokens;
  /** Lists answered to callers without a session, per address. */
  readonly listsByAddress: ListsByAddress;
  readonly sessionCount: () => number;
  readonly sessions: () => Iterable<Session>;
  /** Sends a line of g-code output to the clients of a printer. */
  readonly tellConsole: (printer: PrinterId, line: string) => void;
}
