import * as z from "zod";
import type { StagedFile } from "#shared/domain/attempt.ts";
import { ContentHash, type PrinterId } from "#shared/domain/ids.ts";
import type { SettingsStore } from "../store/settingsStore.ts";

const Entry = z.object({
  content: ContentHash,
  size: z.number(),
  modified: z.number(),
  /** Wall milliseconds. */
  usedAt: z.number(),
});

const Manifest = z.object({
  /** Wall milliseconds; when old files were last looked for. */
  cleanedAt: z.number().catch(0),
  /** By path below gcodes. */
  files: z.record(z.string(), Entry).catch({}),
});
export type StagedManifest = z.output<typeof Manifest>;

/** Milliseconds; a use is written down anew only when the last one is this old. */
const WORTH_WRITING = 3_600_000;

/** Which files on which printer this host brought there, and when each was needed last. */
export class StagedManifests {
  readonly #settings: Pick<SettingsStore, "get" | "set">;

  constructor(settings: Pick<SettingsStore, "get" | "set">) {
    this.#settings = settings;
  }

  read(printer: PrinterId): StagedManifest {
    const parsed = Manifest.safeParse(this.#settings.get(keyOf(printer)));
    return parsed.success ? parsed.data : { cleanedAt: 0, files: {} };
  }

  async write(printer: PrinterId, manifest: StagedManifest): Promise<void> {
    await this.#settings.set(keyOf(printer), manifest);
  }

  /** For a printer that is another machine now: what lies there is not ours to remove. */
  async forget(printer: PrinterId): Promise<void> {
    await this.#settings.set(keyOf(printer), undefined);
  }

  async used(
    printer: PrinterId,
    content: ContentHash,
    file: StagedFile,
    now: number,
  ): Promise<void> {
    const manifest = this.read(printer);
    const known = manifest.files[file.path];
    const isSame = known?.size === file.size && known.modified === file.modified;
    if (isSame && Math.abs(now - known.usedAt) < WORTH_WRITING) return;
    const { path, size, modified } = file;
    const files = { ...manifest.files, [path]: { content, size, modified, usedAt: now } };
    await this.write(printer, { ...manifest, files });
  }
}

function keyOf(printer: PrinterId): string {
  return `staged_files:${printer}`;
}
