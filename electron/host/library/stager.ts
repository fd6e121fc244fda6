import type { StagedFile } from "#shared/domain/attempt.ts";
import type { ContentHash } from "#shared/domain/ids.ts";
import type { PrinterLink } from "../link/printerLink.ts";

export interface StageRequest {
  readonly link: PrinterLink;
  readonly content: ContentHash;
  /** Library basename; the stager makes it printable. */
  readonly filename: string;
  readonly signal: AbortSignal;
  /** 0 to 1 of the transfer. */
  readonly onProgress: (fraction: number) => void;
}

/**
 * Brings a content onto a printer: `nextplate/<first 8 hex of SHA-256>/<printable basename>`. A present file
 * of the right bytes is reused; transfers to one machine go one at a time, at least 1.2 s apart, and are
 * verified by reading the file back once (behaviour.md 2.5).
 * Rejects with AppError (retryable or not) and leaves nothing half-sent that could be printed.
 */
export interface Stager {
  stage(request: StageRequest): Promise<StagedFile>;
  /** Whether the file is still the one that was verified: size and modification time. */
  verify(link: PrinterLink, staged: StagedFile): Promise<boolean>;
}
