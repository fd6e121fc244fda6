/** A file being written. Nothing written is durable before `sync` has resolved. */
export interface FileWriter {
  /** Appends the chunks in order; the caller must not change them until it resolves. */
  write(chunks: readonly Uint8Array[]): Promise<void>;
  /** Makes the bytes written so far survive a power cut. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** A file being read from any place. */
export interface FileReader {
  readonly size: number;
  /** Up to `length` bytes from `position`; fewer only at the end of the file. */
  read(position: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/**
 * Every operation of the library on its disk, few enough that a test can put a disk behind it that loses
 * what was not synced. Names in a folder are durable only after `syncFolder` of that folder.
 */
export interface FilePort {
  /** Creates a folder and its missing parents; one that is there is fine. */
  makeFolder(path: string): Promise<void>;
  /** Creates a new file; rejects when it exists. */
  create(path: string): Promise<FileWriter>;
  open(path: string): Promise<FileReader>;
  /** Renames within one disk; replaces `to` in one step. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file; a missing one is fine. */
  remove(path: string): Promise<void>;
  syncFolder(path: string): Promise<void>;
  /** Names of the files in a folder. */
  list(path: string): Promise<readonly string[]>;
  /** Bytes of a file, or undefined when there is none. */
  sizeOf(path: string): Promise<number | undefined>;
  /** Bytes on the disk that holds `path`; `free` is what this program may still use. */
  diskUsage(path: string): Promise<{ readonly total: number; readonly free: number }>;
}
