import { existsSync } from "node:fs";
import { copyFile, open, rename, rm } from "node:fs/promises";

/**
 * What the backup and the ladder of opening do to whole files, few enough that a test can cut the power at
 * each step. What SQLite does to its own files is not among it: that has its log (see walCut.test.ts).
 */
export interface StoreFiles {
  exists(path: string): boolean;
  /** Copies bytes; nothing of the copy is durable before `sync`. */
  copy(from: string, to: string): Promise<void>;
  /** Makes a file's bytes survive a power cut. */
  sync(path: string): Promise<void>;
  /** Replaces `to` in one step; durable after `syncFolder`. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file; a missing one is fine. */
  remove(path: string): Promise<void>;
  /** Makes the names in a folder survive a power cut. */
  syncFolder(path: string): Promise<void>;
}

/** The computer's own disk. */
export const nodeStoreFiles: StoreFiles = {
  exists: existsSync,
  copy: copyFile,
  async sync(path) {
    const file = await open(path, "r+");
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  },
  rename,
  remove: (path) => rm(path, { force: true }),
  async syncFolder(path) {
    // Windows cannot open folders; NTFS journals the rename by itself.
    if (process.platform === "win32") return;
    const folder = await open(path, "r");
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  },
};
