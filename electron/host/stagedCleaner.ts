import type { ContentHash } from "#shared/domain/ids.ts";
import type { Actor } from "#shared/domain/plate.ts";
import { messageOf } from "#shared/rpc/errors.ts";
import type { Clock } from "#shared/util/clock.ts";
import type { FarmPrinter } from "./engine/farm.ts";
import type { QueueEngine } from "./engine/queueEngine.ts";
import { cleanStaged, isCleaningDue } from "./library/cleanStaged.ts";
import type { StagedManifests } from "./library/stagedManifest.ts";
import type { PrinterLink } from "./link/printerLink.ts";
import type { Logger } from "./log/logger.ts";

const CLEANER: Actor = { kind: "engine", name: "cleaner" };

/** What of a printer matters for its cleaning. */
export interface CleanedPrinter extends Pick<FarmPrinter, "id"> {
  readonly link: Pick<PrinterLink, "state" | "statFile" | "deleteFile">;
  readonly engine: Pick<QueueEngine, "snapshot" | "apply">;
}

export interface StagedCleanerParts {
  readonly farm: { readonly printers: readonly CleanedPrinter[] };
  readonly manifests: StagedManifests;
  /** Contents that copies or open attempts of any printer still need. */
  readonly contentsInUse: () => ReadonlySet<ContentHash>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Once a day, removes from each printer what this host brought there and has not needed for 30 days, and
 * writes it into the printer's audit trail. A printer that prints, or that another host manages, is left
 * for another day. Never rejects: what fails is tried again at the next sweep.
 */
export async function cleanPrinters(parts: StagedCleanerParts): Promise<void> {
  const { farm, manifests, clock, logger } = parts;
  for (const printer of farm.printers) {
    if (!isAtLeisure(printer) || !isCleaningDue(manifests, printer.id, clock.now())) continue;
    try {
      await cleanPrinter(parts, printer);
    } catch (error) {
      logger.warn("a printer was not cleaned", { printer: printer.id, error: messageOf(error) });
    }
  }
}

async function cleanPrinter(parts: StagedCleanerParts, printer: CleanedPrinter): Promise<void> {
  const { manifests, contentsInUse, clock } = parts;
  const { id, link, engine } = printer;
  const { undecided } = engine.snapshot.stored;
  const inUse = new Set([...contentsInUse(), ...undecided.map(({ contentHash }) => contentHash)]);
  const now = clock.now();
  const paths = await cleanStaged({ printer: id, link, manifests, inUse, now });
  if (paths.length === 0) return;
  const event = { kind: "record", event: "staged_files_removed", data: { paths } } as const;
  await engine.apply(event, CLEANER);
}

function isAtLeisure({ link, engine }: CleanedPrinter): boolean {
  const { stored, external, mastery } = engine.snapshot;
  const isQuiet = stored.attempt === null && external === null;
  return isQuiet && link.state.kind === "connected" && mastery.lease.kind === "held";
}
