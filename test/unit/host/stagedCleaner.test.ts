import { describe, expect, it } from "vitest";
import type { StagedFile } from "#shared/domain/attempt.ts";
import { cleanPrinters } from "../../../electron/host/stagedCleaner.ts";
import { StagedManifests } from "../../../electron/host/library/stagedManifest.ts";
import { silentLogger } from "../../../electron/host/log/logger.ts";
import { contentOf, EngineHarness } from "../../support/engineHarness.ts";

const DAY = 86_400_000;

/** A printer with a file on it that this host brought there so many days ago. */
class Bench {
  readonly h: EngineHarness;
  readonly manifests: StagedManifests;
  readonly file: StagedFile;
  readonly content = contentOf("old.gcode");
  /** What lies on the printer. */
  readonly disk: StagedFile[];
  isBroken = false;

  constructor(h: EngineHarness, manifests: StagedManifests) {
    this.h = h;
    this.manifests = manifests;
    const path = `nextplate/${this.content.slice(0, 8)}/old.gcode`;
    this.file = { path, size: 10, modified: 1 };
    this.disk = [this.file];
  }

  static async make(neighbour?: Bench): Promise<Bench> {
    const h = await new EngineHarness({}, neighbour?.h).start();
    const stored = new Map<string, unknown>();
    const settings = {
      get: (key: string) => stored.get(key),
      set: (key: string, value: unknown) => Promise.resolve(void stored.set(key, value)),
    };
    const bench = new Bench(h, neighbour?.manifests ?? new StagedManifests(settings));
    const { printer, clock } = h;
    await bench.manifests.used(printer, bench.content, bench.file, clock.now() - 31 * DAY);
    return bench;
  }

  async clean(...others: readonly Bench[]): Promise<void> {
    const { store, clock } = this.h;
    const printers = [this, ...others].map(({ h, disk, isBroken }) => ({
      id: h.printer,
      engine: h.engine,
      link: {
        state: h.link.state,
        statFile: (path: string) =>
          isBroken
            ? Promise.reject(new Error("no answer"))
            : Promise.resolve(disk.find((file) => file.path === path) ?? null),
        deleteFile: (path: string) =>
          Promise.resolve(
            void disk.splice(
              disk.findIndex((file) => file.path === path),
              1,
            ),
          ),
      },
    }));
    const { manifests } = this;
    const contentsInUse = () => store.contentsInUse();
    const farm = { printers };
    await cleanPrinters({ farm, manifests, contentsInUse, clock, logger: silentLogger });
  }

  get trail(): readonly unknown[] {
    const { store, printer } = this.h;
    return store.journalOf(printer, ["staged_files_removed"], 10).map(({ data }) => data);
  }
}

describe("the daily cleaning of printers", () => {
  it("removes what is old, and writes it into the printer's trail", async () => {
    const bench = await Bench.make();
    await bench.clean();
    expect(bench.disk).toEqual([]);
    expect(bench.trail).toEqual([{ paths: [bench.file.path] }]);
  });

  it("comes once a day, also after the clock was set back", async () => {
    const bench = await Bench.make();
    const again = async (): Promise<number> => {
      bench.disk.splice(0, 1, bench.file);
      const { h, manifests, content, file } = bench;
      await manifests.used(h.printer, content, file, h.clock.now() - 31 * DAY);
      await bench.clean();
      return bench.disk.length;
    };
    expect(await again()).toBe(0);
    expect(await again()).toBe(1);
    bench.h.clock.setWall(-2 * DAY);
    expect(await again()).toBe(0);
    bench.h.clock.setWall(DAY);
    expect(await again()).toBe(0);
  });

  const reasons: Readonly<Record<string, (h: EngineHarness) => unknown>> = {
    "prints a job of the queue": async (h) => {
      await h.post("new.gcode");
      await h.startQueue();
      await h.advance(1_000);
    },
    "prints a file of its own": async (h) => {
      h.link.startByHand("by-hand.gcode");
      await h.settle();
    },
    "cannot be reached": (h) => h.link.disconnect(),
    "is managed by another host": async (h) => {
      const holder = { user: "jo", host: "DESK-2" };
      h.master.become({ lease: { kind: "managed", holder }, question: null });
      await h.settle();
    },
    "has the file in its queue": (h) => h.post("old.gcode"),
    "owes a decision on a print of the file": async (h) => {
      await h.post("old.gcode");
      await h.startQueue();
      await h.advance(1_000);
      h.link.fail("Move out of range");
      await h.settle();
    },
  };
  it.each(Object.entries(reasons))("leaves a printer alone that %s", async (_, happens) => {
    const bench = await Bench.make();
    await happens(bench.h);
    await bench.clean();
    expect(bench.disk).toEqual([bench.file]);
  });

  it("keeps a file that any queue of the host needs", async () => {
    const bench = await Bench.make();
    const other = await Bench.make(bench);
    await other.h.post("old.gcode");
    await bench.clean(other);
    expect([bench.disk, other.disk]).toEqual([[bench.file], [other.file]]);
  });

  it("goes on to the next printer when one does not answer", async () => {
    const bench = await Bench.make();
    const other = await Bench.make(bench);
    bench.isBroken = true;
    await bench.clean(other);
    expect([bench.disk, other.disk]).toEqual([[bench.file], []]);
  });
});
