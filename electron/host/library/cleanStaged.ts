import type { ContentHash, PrinterId } from "#shared/domain/ids.ts";
import type { PrinterLink } from "../link/printerLink.ts";
import type { StagedManifests } from "./stagedManifest.ts";
import { isStagedPath } from "./stagedPath.ts";

const DAY = 86_400_000;
/** Milliseconds a staged file stays on its printer after it was last needed. */
const KEPT = 30 * DAY;

export interface CleaningParts {
  readonly printer: PrinterId;
  readonly link: Pick<PrinterLink, "statFile" | "deleteFile">;
  readonly manifests: StagedManifests;
  /** Contents that copies or open attempts still need. */
  readonly inUse: ReadonlySet<ContentHash>;
  /** Wall milliseconds. */
  readonly now: number;
}

/** Whether a day has passed since this printer was last cleaned; a clock set back counts as one. */
export function isCleaningDue(
  manifests: StagedManifests,
  printer: PrinterId,
  now: number,
): boolean {
  return Math.abs(now - manifests.read(printer).cleanedAt) >= DAY;
}

/**
 * Removes from a printer what this host brought there and has not needed for 30 days. A file that is not
 * the very one we brought is somebody else's now: it stays and is forgotten. Resolves to the paths removed.
 */
export async function cleanStaged(parts: CleaningParts): Promise<readonly string[]> {
  const { printer, link, manifests, inUse, now } = parts;
  const removed: string[] = [];
  const gone: string[] = [];
  for (const [path, entry] of Object.entries(manifests.read(printer).files)) {
    if (inUse.has(entry.content) || now - entry.usedAt < KEPT) continue;
    const present = isStagedPath(path) ? await link.statFile(path) : null;
    // Meanwhile it may have been found there for a print that starts now.
    if (manifests.read(printer).files[path]?.usedAt !== entry.usedAt) continue;
    if (present?.size === entry.size && present.modified === entry.modified) {
      await link.deleteFile(path);
      removed.push(path);
    }
    gone.push(path);
  }
  const manifest = manifests.read(printer);
  const kept = Object.entries(manifest.files).filter(([path]) => !gone.includes(path));
  await manifests.write(printer, { cleanedAt: now, files: Object.fromEntries(kept) });
  return removed;
}
