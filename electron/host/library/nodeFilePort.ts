import { access, mkdir, open, readdir, rename, rm, stat, statfs } from "node:fs/promises";
import type { FilePort, FileReader, FileWriter } from "./filePort.ts";

/** The computer's own disk. */
export const nodeFilePort: FilePort = {
  async makeFolder(path) {
    await mkdir(path, { recursive: true });
  },
  async create(path): Promise<FileWriter> {
    const handle = await open(path, "wx");
    return {
      async write(chunks) {
        let rest = [...chunks];
        while (rest.length > 0) {
          const { bytesWritten } = await handle.writev(rest);
          rest = after(rest, bytesWritten);
        }
      },
      sync: () => handle.sync(),
      close: () => handle.close(),
    };
  },
  async open(path): Promise<FileReader> {
    const handle = await open(path, "r");
    const { size } = await handle.stat();
    return {
      size,
      async read(position, length) {
        const wanted = Math.max(0, Math.min(length, size - position));
        const buffer = new Uint8Array(wanted);
        let filled = 0;
        while (filled < wanted) {
          const { bytesRead } = await handle.read(
            buffer,
            filled,
            wanted - filled,
            position + filled,
          );
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
        return buffer.subarray(0, filled);
      },
      close: () => handle.close(),
    };
  },
  rename,
  remove: (path) => rm(path, { force: true }),
  async syncFolder(path) {
    // Windows has no handle on a folder to sync; NTFS journals the rename itself.
    if (process.platform === "win32") return access(path);
    const handle = await open(path, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  async list(path) {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  },
  async sizeOf(path) {
    try {
      const found = await stat(path);
      return found.isFile() ? found.size : undefined;
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
      throw error;
    }
  },
  async diskUsage(path) {
    const { blocks, bavail, bsize } = await statfs(path);
    return { total: blocks * bsize, free: bavail * bsize };
  },
};

/** What a short write has left to do: a disk that fills up may take part of a write first. */
function after(chunks: readonly Uint8Array[], written: number): Uint8Array[] {
  let skip = written;
  const rest: Uint8Array[] = [];
  for (const chunk of chunks) {
    if (skip >= chunk.byteLength) skip -= chunk.byteLength;
    else {
      rest.push(skip > 0 ? chunk.subarray(skip) : chunk);
      skip = 0;
    }
  }
  return rest;
}
