import { createPinia, setActivePinia } from "pinia";
import { beforeEach, describe, expect, it } from "vitest";
import { effect, nextTick } from "vue";
import type { PrinterView } from "#shared/contract/farm.ts";
import { useFarmStore } from "@/stores/farmStore.ts";
import { currentFixture, printerFixture, rowFixture } from "../../support/boardFixtures.ts";

const snapshot = (printers: PrinterView[]) => ({
  version: "0.1.0",
  revision: 1,
  now: 1_800_000_000,
  store_notice: null,
  printers,
});
const print = currentFixture("a.gcode");
const left = printerFixture("left", "Left", { order: 0, activity: "printing", current: print });
const right = printerFixture("right", "Right", { order: 1 });

describe("the farm as the page knows it", () => {
  beforeEach(() => setActivePinia(createPinia()));

  it("tells an empty farm from one it has not heard of", () => {
    const farm = useFarmStore();
    expect(farm.known).toBe(false);
    farm.applySnapshot(snapshot([]), 0);
    expect(farm.known).toBe(true);
    expect(farm.count).toBe(0);
  });

  it("keeps the board's order and forgets printers that are gone", () => {
    const farm = useFarmStore();
    farm.applySnapshot(snapshot([right, left]), 0);
    expect(farm.ids).toEqual(["left", "right"]);
    farm.applyChanges([{ revision: 2, id: left.id, printer: null }]);
    expect(farm.ids).toEqual(["right"]);
    expect(farm.live.has("left")).toBe(false);
  });

  it("draws nothing anew for a host that is back and tells what was known", () => {
    const farm = useFarmStore();
    farm.applySnapshot(snapshot([left, right]), 0);
    const before = farm.views.get("left");
    const further = { ...print, progress: 0.75, remaining: 60, layer: 40 };
    const again = structuredClone({ ...left, current: further });
    farm.applySnapshot(snapshot([again, structuredClone(right)]), 0);
    expect(farm.views.get("left")).toBe(before);
    expect(farm.live.get("left")).toMatchObject({ progress: 0.75, remaining: 60, layer: 40 });
    const paused = { ...again, activity: "paused" as const };
    farm.applySnapshot(snapshot([paused]), 0);
    expect(farm.views.get("left")?.activity).toBe("paused");
  });

  it.each([
    ["a transfer that begins", { current: { ...print, transfer: 0 } }],
    ["another heater", { temperatures: [{ name: "chamber", temperature: 20, target: 0 }] }],
    ["a job", { queue: { ...left.queue, rows: [rowFixture("b.gcode")] } }],
    ["another file", { current: currentFixture("b.gcode") }],
  ])("takes %s for news", (_, change) => {
    const farm = useFarmStore();
    farm.applySnapshot(snapshot([left]), 0);
    const changed = { ...left, ...change };
    farm.applyView(changed);
    expect(farm.views.get("left")).toBe(changed);
  });

  it("wakes only what shows a printer's live values when they move", async () => {
    const farm = useFarmStore();
    farm.applySnapshot(snapshot([left, right]), 0);
    let views = 0;
    let lives = 0;
    let others = 0;
    effect(() => void (farm.views.get("left"), views++));
    effect(() => void (farm.live.get("left"), lives++));
    effect(() => void (farm.live.get("right"), others++));
    const moved = {
      id: left.id,
      progress: 0.5,
      print_duration: 1,
      remaining: 2,
      transfer: null,
      layer: 3,
    };
    farm.applyLive([{ ...moved, temperatures: [] }]);
    await nextTick();
    expect({ views, lives, others }).toEqual({ views: 1, lives: 2, others: 1 });
    expect(farm.live.get("left")?.progress).toBe(0.5);
  });

  it("freezes what it was given", () => {
    const farm = useFarmStore();
    farm.applySnapshot(snapshot([left]), 0);
    expect(Object.isFrozen(farm.views.get("left"))).toBe(true);
  });

  it("takes a command's answer at once, and never an older queue over a newer one", () => {
    const farm = useFarmStore();
    farm.applySnapshot(snapshot([right]), 0);
    const rows = [rowFixture("a.gcode")];
    farm.applyQueue("right", { ...right.queue, revision: 5, rows });
    farm.applyQueue("right", { ...right.queue, revision: 4, rows: [] });
    expect(farm.views.get("right")?.queue.rows).toHaveLength(1);
  });

  it("draws the last of several views, and none that is older than a command's answer", () => {
    const farm = useFarmStore();
    farm.applySnapshot(snapshot([right]), 0);
    const at = (revision: number, name: string): PrinterView => ({
      ...right,
      name,
      queue: { ...right.queue, revision },
    });
    const told = (...views: PrinterView[]) =>
      farm.applyChanges(views.map((printer, n) => ({ revision: n, id: printer.id, printer })));
    told(at(6, "first"), at(7, "last"));
    expect(farm.views.get("right")?.name).toBe("last");
    farm.applyQueue("right", { ...right.queue, revision: 9 });
    told(at(8, "late"));
    expect(farm.views.get("right")?.name).toBe("last");
  });

  it("takes a printer that was removed and added anew under its id", () => {
    const farm = useFarmStore();
    farm.applySnapshot(snapshot([{ ...right, queue: { ...right.queue, revision: 40 } }]), 0);
    const anew = { ...right, name: "New", queue: { ...right.queue, revision: 0 } };
    farm.applyChanges([
      { revision: 2, id: right.id, printer: null },
      { revision: 3, id: right.id, printer: anew },
    ]);
    expect(farm.views.get("right")?.name).toBe("New");
  });

  it("ignores live values of printers it does not know", () => {
    const farm = useFarmStore();
    farm.applySnapshot(snapshot([right]), 0);
    farm.applyLive([
      {
        id: left.id,
        progress: 1,
        print_duration: 1,
        remaining: 1,
        transfer: null,
        layer: null,
        temperatures: [],
      },
    ]);
    expect(farm.live.has("left")).toBe(false);
  });
});
