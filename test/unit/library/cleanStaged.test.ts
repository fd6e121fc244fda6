import { describe, expect, it } from "vitest";
import type { StagedFile } from "#shared/domain/attempt.ts";
import { type ContentHash, PrinterId } from "#shared/domain/ids.ts";
import { cleanStaged, isCleaningDue } from "../../../electron/host/library/cleanStaged.ts";
import { StagedManifests } from "../../../electron/host/library/stagedManifest.ts";
import { contentOf } from "../../support/engineHarness.ts";

const DAY = 86_400_000;
const NOW = 1_000 * DAY;
const PRINTER = PrinterId.parse("p1");

/** A printer's disk with what lies on it, and what this host remembers to have brought there. */
class Disk {
  readonly files = new Map<string, StagedFile>();
  readonly manifests: StagedManifests;
  readonly #stored = new Map<string, unknown>();
  /** What happens while the printer is asked for a file. */
  onLook: () => unknown = () => undefined;

  constructor() {
    this.manifests = new StagedManifests({
      get: (key) => this.#stored.get(key),
      set: (key, value) => Promise.resolve(void this.#stored.set(key, value)),
    });
  }

  put(name: string, modified = 1): StagedFile {
    const file = { path: pathOf(name), size: 10, modified };
    this.files.set(file.path, file);
    return file;
  }

  /** Brought there by us, needed last so many days ago. */
  async brought(name: string, days: number): Promise<StagedFile> {
    const file = this.put(name);
    await this.manifests.used(PRINTER, contentOf(name), file, NOW - days * DAY);
    return file;
  }

  clean(inUse: readonly ContentHash[] = []): Promise<readonly string[]> {
    const link = {
      statFile: async (path: string) => {
        await this.onLook();
        return this.files.get(path) ?? null;
      },
      deleteFile: (path: string) => Promise.resolve(void this.files.delete(path)),
    };
    const { manifests } = this;
    return cleanStaged({ printer: PRINTER, link, manifests, inUse: new Set(inUse), now: NOW });
  }

  get left(): readonly string[] {
    return [...this.files.keys()];
  }
}

function pathOf(name: string): string {
  return `nextplate/${contentOf(name).slice(0, 8)}/${name}.gcode`;
}

describe("cleaning a printer", () => {
  it("removes what we brought and have not needed for thirty days, and nothing newer", async () => {
    const disk = new Disk();
    const old = await disk.brought("old", 31);
    const young = await disk.brought("young", 29);
    expect(await disk.clean()).toEqual([old.path]);
    expect(disk.left).toEqual([young.path]);
    expect(await disk.clean()).toEqual([]);
  });

  it("keeps what is needed again while it looks", async () => {
    const disk = new Disk();
    const old = await disk.brought("old", 31);
    disk.onLook = () => disk.brought("old", 0);
    expect(await disk.clean()).toEqual([]);
    expect(disk.left).toEqual([old.path]);
  });

  it("keeps what a queue still needs, however old", async () => {
    const disk = new Disk();
    await disk.brought("queued", 300);
    expect(await disk.clean([contentOf("queued")])).toEqual([]);
    expect(disk.left).toHaveLength(1);
  });

  it("keeps what somebody else put there, also in the place of ours", async () => {
    const disk = new Disk();
    disk.put("theirs");
    await disk.brought("replaced", 90);
    disk.put("replaced", 2);
    expect(await disk.clean()).toEqual([]);
    expect(disk.left).toHaveLength(2);
    disk.put("replaced", 1);
    expect(await disk.clean()).toEqual([]);
  });

  it("forgets a file that is gone, and takes a use as new", async () => {
    const disk = new Disk();
    const file = await disk.brought("a", 40);
    await disk.manifests.used(PRINTER, contentOf("a"), file, NOW);
    await disk.brought("b", 40);
    disk.files.delete(pathOf("b"));
    expect(await disk.clean()).toEqual([]);
    expect(Object.keys(disk.manifests.read(PRINTER).files)).toEqual([file.path]);
  });

  it("is due once a day, also when the clock was set back", async () => {
    const disk = new Disk();
    expect(isCleaningDue(disk.manifests, PRINTER, NOW)).toBe(true);
    await disk.clean();
    expect(isCleaningDue(disk.manifests, PRINTER, NOW + DAY - 1)).toBe(false);
    expect(isCleaningDue(disk.manifests, PRINTER, NOW + DAY)).toBe(true);
    expect(isCleaningDue(disk.manifests, PRINTER, NOW - DAY)).toBe(true);
  });
});
