import { describe, expect, it } from "vitest";
import { PrinterId } from "#shared/domain/ids.ts";
import { Emitter } from "#shared/util/event.ts";
import type { FarmPrinter } from "../../../electron/host/engine/farm.ts";
import { PrinterMemory } from "../../../electron/host/server/printerMemory.ts";
import { FakePrinterLink } from "../../support/fakePrinterLink.ts";
import { ManualClock } from "../../support/manualClock.ts";

const id = PrinterId.parse("voron");
const OFF = { kind: "connecting", since: 0, lastSeen: null } as const;

function open() {
  const link = new FakePrinterLink();
  const clock = new ManualClock();
  const printer = { id, link } as Partial<FarmPrinter> as FarmPrinter;
  const farm = { printers: [printer], get: () => printer, onDidChange: new Emitter<never>().event };
  const memory = new PrinterMemory(farm, clock, (_, line) => line.replace("staged", "named"));
  memory.start();
  return { link, clock, memory };
}

describe("what is remembered of a printer", () => {
  it("is its console with the commands sent from here, under library names, the newest 1000 lines", () => {
    const { link, clock, memory } = open();
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
    memory.stop();
  });

  it("is every temperature once a second; unknown, not frozen, while it is off; forgotten after 20 minutes", async () => {
    const { link, clock, memory } = open();
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
    memory.stop();
  });
});
