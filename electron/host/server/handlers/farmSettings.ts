import type {
  ApiKeyView,
  BackupView,
  farmSettingsMethods,
  SettingsView,
} from "#shared/contract/farmSettings.ts";
import { STAGE_RATE_KEY, stageRateOf } from "#shared/domain/stageRate.ts";
import { AppError } from "#shared/rpc/errors.ts";
import type { BackupFile, Backups } from "../../store/backups.ts";
import type { StoredKey } from "../apiKeys.ts";
import type { HandlersOf } from "../call.ts";
import { firstUpload } from "../firstUpload.ts";
import type { HandlerParts } from "../parts.ts";

/** The host itself: where it is, who may call it, and its backups. */
export function farmSettingsHandlers(parts: HandlerParts): HandlersOf<typeof farmSettingsMethods> {
  const { keys, listening, settings, library, version, storeNotice, dataDir, audit } = parts;
  const backups = (): Backups => {
    if (parts.backups !== null) return parts.backups;
    throw new AppError("unavailable", "Nothing is stored on this disk now: there is no backup.");
  };
  const settingsView = (): SettingsView => ({
    stage_rate: stageRateOf(settings.get(STAGE_RATE_KEY)),
  });

  return {
    "farm.host.info": async () => {
      const { host, port, openToNetwork } = listening();
      const last = (await parts.backups?.last()) ?? null;
      return {
        version,
        data_dir: dataDir,
        host,
        port,
        open_to_network: openToNetwork,
        store_notice: storeNotice,
        backup: last === null ? null : backupView(last),
        restore_pending: parts.backups?.restorePending ?? false,
        first_upload: firstUpload(settings),
        disk: await library.diskUsage(),
      };
    },
    "farm.settings.get": settingsView,
    "farm.settings.set": async ({ stage_rate }) => {
      if (stage_rate !== undefined) await settings.set(STAGE_RATE_KEY, stage_rate);
      return settingsView();
    },
    "farm.keys.list": () => ({ keys: keys.list().map(keyView) }),
    "farm.keys.create": async ({ name, scope }, { actor }) => {
      const { key, stored } = await keys.create(name, scope);
      audit.note("key_created", actor, { key: stored.id, name, scope });
      return { key, view: keyView(stored) };
    },
    "farm.keys.revoke": async ({ id }, { actor }) => {
      await keys.revoke(id);
      audit.note("key_revoked", actor, { key: id });
      for (const session of parts.sessions()) {
        if (session.bearer?.kind === "key" && session.bearer.id === id) session.dismiss();
      }
      return { revoked: id };
    },
    "farm.access.log": ({ limit, before }) => ({
      entries: parts.accessJournal.list(limit, before).map(({ number, at, kind, actor, data }) => ({
        number,
        time: at / 1000,
        kind,
        actor: { ...actor },
        data: { ...data },
      })),
    }),
    "farm.backup.create": async () => backupView(await backups().create()),
    "farm.backup.restore": async ({ pending }) => {
      await backups().requestRestore(pending);
      return { restore_pending: backups().restorePending };
    },
  };
}

function keyView({ id, name, scope, ending, created }: StoredKey): ApiKeyView {
  return { id, name, scope, ending, created: created / 1000 };
}

function backupView({ path, size, at }: BackupFile): BackupView {
  return { path, size, created: at / 1000 };
}
