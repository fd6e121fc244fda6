import type { StagedFile } from "#shared/domain/attempt.ts";
import type { ContentHash, PrinterId } from "#shared/domain/ids.ts";
import type { Disposable } from "#shared/util/disposable.ts";
import type { PrinterLink } from "../link/printerLink.ts";
import type { StagingReason } from "./stagingPolicy.ts";

export interface StageRequest {
  readonly printer: PrinterId;
  readonly link: PrinterLink;
  readonly content: ContentHash;
  /** Library basename; the stager makes it printable. */
  readonly filename: string;
  readonly reason: StagingReason;
  readonly signal: AbortSignal;
  /** 0 to 1 of the transfer. */
  readonly onProgress: (fraction: number) => void;
  /** Why it waits to spare a print on that machine; null = it goes on. */
  readonly onWait: (why: string | null) => void;
}

/**
 * Brings a content onto a printer: `nextplate/<first 8 hex of SHA-256>/<printable basename>`. A present file
 * of the right bytes is reused; transfers to one machine go one at a time, at least 1.2 s apart, and are
 * verified by reading the file back once (Moonraker can answer 201 and hold other bytes). While anything
 * prints on the machine they begin late, go slowly and give way. Two requests for one file are one transfer.
 * Rejects with AppError (retryable or not; `storage_full` when 500 MB would not stay free on the printer)
 * and leaves nothing half-sent that could be printed.
 */
export interface Stager {
  stage(request: StageRequest): Promise<StagedFile>;
  /** Whether the file is still the one that was verified: size and modification time. */
  verify(link: PrinterLink, staged: StagedFile): Promise<boolean>;
  /** Makes a printer known, so that transfers to others on its machine spare its prints. */
  watch(link: PrinterLink): Disposable;
}
