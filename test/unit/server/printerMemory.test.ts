import { describe, expect, it } from "vitest";
import { PrinterId } from "#shared/domain/ids.ts";
import { Emitter } from "#shared/util/event.ts";
import type { FarmPrinter } from "../../../electron/host/engine/farm.ts";
import { MemoryKeeper } from "../../../electron/host/server/memoryKeeper.ts";
import { PrinterMemory } from "../../../electron/host/server/printerMemory.ts";
import { FakePrinterLink } from "../../support/fakePrinterLink.ts";
import { ManualClock } from "../../support/manualClock.ts";

const id = PrinterId.parse("voron");
const OFF = { kind: "connecting", since: 0, lastSeen: null } as const;

/** Files that outlive the hosts of a test, with every write that reached them. */
class Files {
  readonly kept = new Map<string, string>();
  readonly writes: string[] = [];
  read(printer: PrinterId, part: string): Promise<unknown> {
    const text = this.kept.get(`${printer}.${part}`);
    return Promise.resolve(text === undefined ? undefined : JSON.parse(text));
  }
  write(printer: PrinterId, part: string, value: object): Promise<void> {
    this.writes.push(part);
    this.kept.set(`${printer}.${part}`, JSON.stringify(value));
    return Promise.resolve();
  }
  forget(printer: PrinterId): Promise<void> {
    for (const name of this.kept.keys()) if (name.startsWith(printer)) this.kept.delete(name);
    return Promise.resolve();
  }
}

async function open(files = new Files(), clock = new ManualClock()) {
  const link = new FakePrinterLink();
  const printer = { id, link } as Partial<FarmPrinter> as FarmPrinter;
  const farm = { printers: [printer], get: () => printer, onDidChange: new Emitter<never>().event };
  const keeper = new MemoryKeeper(files, clock, (error) => {
    throw error;
  });
  const memory = new PrinterMemory(
    farm,
    clock,
    (_, line) => line.replace("staged", "named"),
    keeper,
  );
  await memory.start();
  return { link, clock, memory };
}

describe("what is remembered of a printer", () => {
  it("is its console with the commands sent from here, under library names, the newest 1000 lines", async () => {
    const { link, clock, memory } = await open();
    memory.noteCommand(id, "G28\nM105");
    link.sayGcode("File opened:staged.gcode");
    expect(memory.console(id)).toEqual([
      { message: "G28", time: clock.now() / 1000, type: "command" },
      { message: "M105", time: clock.now() / 1000, type: "command" },
      { message: "File opened:named.gcode", time: clock.now() / 1000, type: "response" },
    ]);
    for (let n = 0; n < 1500; n++) link.sayGcode(`line ${n}`);
    expect(memory.console(id)).toHaveLength(1000);
    expect(memory.console(id, 2).map(({ message }) => message)).toEqual(["line 1498", "line 1499"]);
    expect(memory.console(id, 0)).toEqual([]);
    await memory.stop();
  });

  it("is every temperature once a second; unknown, not frozen, while it is off; forgotten after 20 minutes", async () => {
    const { link, clock, memory } = await open();
    link.becomeReady({
      print_stats: { state: "standby" },
      extruder: { temperature: 215.04, target: 215, power: 0.31 },
      "temperature_sensor chamber": { temperature: 41.5 },
    });
    await clock.advance(2000);
    link.say({ extruder: { temperature: 210 } }, 1);
    await clock.advance(1000);
    expect(memory.temperatures(id)).toEqual({
      extruder: {
        temperatures: [215.04, 215.04, 210],
        targets: [215, 215, 215],
        powers: [0.31, 0.31, 0.31],
      },
      "temperature_sensor chamber": { temperatures: [41.5, 41.5, 41.5] },
    });
    link.setState(OFF);
    await clock.advance(2000);
    const chamber = memory.temperatures(id)["temperature_sensor chamber"];
    expect(chamber?.temperatures).toEqual([41.5, 41.5, 41.5, null, null]);
    await clock.advance(1_300_000);
    expect(memory.temperatures(id)).toEqual({});
    await memory.stop();
  });

  it("is there again after a restart: the console whole, temperatures with the gap in between", async () => {
    const files = new Files();
    const clock = new ManualClock();
    const first = await open(files, clock);
    for (let n = 0; n < 1200; n++) first.link.sayGcode(`line ${n}`);
    first.link.becomeReady({
      extruder: { temperature: 215, target: 220 },
      heater_bed: { temperature: 60 },
    });
    await clock.advance(3000);
    await first.memory.stop();
    await clock.advance(2000);
    const second = await open(files, clock);
    second.link.sayGcode("hello again");
    expect(second.memory.console(id)).toHaveLength(1000);
    expect(second.memory.console(id, 2).map(({ message }) => message)).toEqual([
      "line 1199",
      "hello again",
    ]);
    expect(second.memory.temperatures(id)).toEqual({
      extruder: {
        temperatures: [215, 215, 215, null, null],
        targets: [220, 220, 220, null, null],
      },
      heater_bed: { temperatures: [60, 60, 60, null, null] },
    });
    await second.memory.stop();
    await clock.advance(1_300_000);
    const third = await open(files, clock);
    expect(third.memory.temperatures(id)).toEqual({});
    expect(third.memory.console(id, 1)[0]?.message).toBe("hello again");
    await third.memory.stop();
  });

  it("is written once a minute at most, however much is said, and not at all when nothing is", async () => {
    const files = new Files();
    const { link, clock, memory } = await open(files);
    await clock.advance(120_000);
    expect(files.writes).toEqual([]);
    for (let n = 0; n < 60; n++) {
      for (let line = 0; line < 50; line++) link.sayGcode(`line ${n}.${line}`);
      await clock.advance(1000);
    }
    expect(files.writes.length).toBeLessThanOrEqual(1);
    await clock.advance(60_000);
    // What a killed host had said a minute ago is on disk.
    expect(files.kept.get(`${id}.console`)).toContain("line 59.49");
    expect(files.writes.length).toBeLessThanOrEqual(2);
    await memory.stop();
  });

  it("is nothing where the file makes no sense", async () => {
    const files = new Files();
    files.kept.set(`${id}.console`, JSON.stringify({ lines: [{ message: 7 }] }));
    files.kept.set(`${id}.temperatures`, JSON.stringify([1, 2]));
    const { memory } = await open(files);
    expect(memory.console(id)).toEqual([]);
    expect(memory.temperatures(id)).toEqual({});
    await memory.stop();
  });
});
