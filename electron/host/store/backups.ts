/** A backup as it lies on the disk. */
export interface BackupFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Wall milliseconds. */
  readonly at: number;
}

/** Backups of the whole store: queues, printers, settings, names of files and history. */
export interface Backups {
  /** The last good one; null = none yet. */
  last(): Promise<BackupFile | null>;
  /** Makes one now and checks it. Rejects with the disk's reason; then the last good one is kept. */
  create(): Promise<BackupFile>;
  /** A backup will be put in place at the next start. */
  readonly restorePending: boolean;
  /** Asks for the last backup at the next start, or takes that back. Rejects with `not_found` without one. */
  requestRestore(pending: boolean): Promise<void>;
}
