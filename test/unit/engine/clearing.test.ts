import { describe, expect, it } from "vitest";
import type { PrinterOptions } from "#shared/domain/printer.ts";
import { EngineHarness } from "../../support/engineHarness.ts";
import { unknownCommands } from "../../../electron/host/engine/gcodeNames.ts";

/** A printer that clears its plate with a g-code, with one print ended and another waiting. */
async function cleared(
  options: Partial<PrinterOptions>,
  onGcode: (h: EngineHarness) => void | Promise<void> = () => {},
): Promise<EngineHarness> {
  const h = await new EngineHarness({
    platePolicy: "gcode",
    jobTransitionGcode: "EJECT",
    ...options,
  }).start();
  h.link.onGcode = (script) => {
    if (script !== "EJECT") return;
    h.link.partsOnPlate = 0;
    return onGcode(h);
  };
  await h.post("a.gcode", "b.gcode");
  await h.startQueue();
  await h.advance(1000);
  h.link.complete();
  await h.advance(6000);
  return h;
}

const state = (h: EngineHarness): string => h.snapshot.stored.plate.state;

describe("a clearing g-code", () => {
  it("that ran without an error clears the plate, and the next print begins", async () => {
    const h = await cleared({});
    expect(h.link.begun).toHaveLength(2);
    expect(h.link.collisions).toBe(0);
  });

  it("that names a command Klipper does not know has cleared nothing", async () => {
    const h = await cleared({}, (one) => one.link.sayLine('// Unknown command:"EJECT"'));
    expect(state(h)).toBe("unknown");
    expect(h.link.begun).toHaveLength(1);
    expect(h.snapshot.stored.plate.reason).toContain("Unknown command");
  });

  it("counts once the line was seen that the macro must respond", async () => {
    const clearEvidence = { kind: "line", text: "PLATE_CLEAR" } as const;
    const h = await cleared({ clearEvidence }, (one) => one.link.sayLine("// PLATE_CLEAR"));
    expect(h.link.begun).toHaveLength(2);
  });

  it("has failed when that line did not come, or only as part of another", async () => {
    const clearEvidence = { kind: "line", text: "PLATE_CLEAR" } as const;
    const h = await cleared({ clearEvidence }, (one) =>
      one.link.sayLine("// is the plate PLATE_CLEAR? no"),
    );
    expect(state(h)).toBe("unknown");
    expect(h.snapshot.stored.plate.reason).toContain("PLATE_CLEAR");
    expect(h.snapshot.stored.armed).toBe(false);
    expect(h.link.begun).toHaveLength(1);
  });

  const sensor = {
    kind: "field",
    object: "filament_switch_sensor plate",
    field: "filament_detected",
    value: false,
  } as const;

  const sensorSays = (h: EngineHarness, detected: boolean): void => {
    h.link.answers.set("printer.objects.query", () => ({
      eventtime: 1,
      status: { "filament_switch_sensor plate": { filament_detected: detected } },
    }));
  };

  it("counts when the named field has its value after it", async () => {
    const h = await cleared({ clearEvidence: sensor }, (one) => sensorSays(one, false));
    expect(h.link.begun).toHaveLength(2);
  });

  it("has failed when the field has another value", async () => {
    const h = await cleared({ clearEvidence: sensor }, (one) => sensorSays(one, true));
    expect(state(h)).toBe("unknown");
    expect(h.snapshot.stored.plate.reason).toContain("filament_detected");
  });

  it("waits a moment for a sensor that is slow", async () => {
    const h = await cleared({ clearEvidence: sensor }, (one) => {
      sensorSays(one, true);
      one.clock.setTimer(1500, () => sensorSays(one, false));
    });
    expect(h.link.begun).toHaveLength(2);
  });

  it("has failed when the printer cannot tell", async () => {
    const h = await cleared({ clearEvidence: sensor });
    expect(state(h)).toBe("unknown");
  });

  it("that does not end within the deadline leaves the plate unknown and is not run again", async () => {
    const h = await cleared({ clearDeadline: 600 }, () => new Promise<void>(() => {}));
    expect(state(h)).toBe("clearing");
    await h.advance(600_000);
    expect(state(h)).toBe("unknown");
    await h.startQueue();
    await h.advance(60_000);
    expect(h.link.asked.filter((line) => line === "gcode EJECT")).toHaveLength(1);
    expect(h.link.begun).toHaveLength(1);
  });

  it("does not run after a print that did not finish", async () => {
    const h = await new EngineHarness({
      platePolicy: "gcode",
      jobTransitionGcode: "EJECT",
      afterFailure: "continue",
    }).start();
    await h.post("a.gcode", "b.gcode");
    await h.startQueue();
    await h.advance(1000);
    h.link.fail("Move out of range");
    await h.advance(20_000);
    expect(h.link.asked).not.toContain("gcode EJECT");
    expect(state(h)).toBe("occupied");
  });

  /** Our print has ended and the queue has run dry; what lies there now is another one's. */
  async function anothersPart(meanwhile: (h: EngineHarness) => Promise<void>) {
    const h = await new EngineHarness({
      platePolicy: "gcode",
      jobTransitionGcode: "EJECT",
    }).start();
    await h.post("a.gcode");
    await h.startQueue();
    await h.advance(1000);
    h.link.complete();
    await h.advance(5000);
    await meanwhile(h);
    await h.post("b.gcode");
    await h.startQueue();
    await h.advance(20_000);
    return h;
  }

  it("does not run over the part of a print begun at the machine after ours", async () => {
    const h = await anothersPart(async (one) => {
      one.link.startByHand("by-hand.gcode");
      await one.advance(1000);
      one.link.cancel();
      await one.advance(1000);
    });
    expect(h.link.asked).not.toContain("gcode EJECT");
    expect(state(h)).toBe("occupied");
  });

  it("does not run over what was printed while the machine was out of sight", async () => {
    const h = await anothersPart(async (one) => {
      one.link.disconnect();
      one.link.startByHand("by-hand.gcode");
      one.link.cancel();
      one.link.connect();
      await one.advance(1000);
    });
    expect(h.link.asked).not.toContain("gcode EJECT");
    expect(state(h)).toBe("occupied");
  });

  it("runs over our own part also after the connection was away and nothing happened", async () => {
    const h = await anothersPart(async (one) => {
      one.link.disconnect();
      one.link.connect();
      await one.advance(1000);
    });
    expect(h.link.asked).toContain("gcode EJECT");
    expect(h.link.begun).toHaveLength(2);
  });

  it("does not run into a print that was begun while the decision to run it was being stored", async () => {
    const scripts: string[] = [];
    const h = await new EngineHarness({
      platePolicy: "gcode",
      jobTransitionGcode: "EJECT",
    }).start();
    h.link.onGcode = (script) => void scripts.push(script);
    await h.post("a.gcode", "b.gcode");
    await h.startQueue();
    h.link.complete();
    // The g-code is due in the very moment in which somebody starts a print at the machine.
    await h.advance(300);
    h.link.startByHand("by-hand.gcode");
    await h.settle();
    expect(scripts).not.toContain("EJECT");
    expect(state(h)).toBe("occupied");
    await h.advance(60_000);
    expect(h.link.begun).toHaveLength(2);
    expect(scripts).not.toContain("EJECT");
  });

  it("does not call a plate clear on which a print began while its evidence was awaited", async () => {
    const h = await cleared({ clearEvidence: sensor }, (one) => {
      sensorSays(one, true);
      one.clock.setTimer(200, () => {
        one.link.startByHand("by-hand.gcode");
        one.link.complete();
      });
      one.clock.setTimer(1500, () => sensorSays(one, false));
    });
    expect(h.link.begun.at(-1)).toBe("by-hand.gcode");
    expect(state(h)).toBe("occupied");
    expect(h.link.collisions).toBe(0);
  });

  it("waits for the delay between two prints, and nobody is asked meanwhile", async () => {
    const h = await cleared({ jobTransitionDelay: 60 });
    expect(h.link.asked).not.toContain("gcode EJECT");
    expect(h.snapshot.state).toBe("loading");
    expect(h.snapshot.loadingUntil).not.toBeNull();
    expect(h.snapshot.reasons[0]?.map(({ code }) => code)).toEqual(["delay"]);
    await h.advance(60_000);
    expect(h.link.asked).toContain("gcode EJECT");
    expect(h.link.begun).toHaveLength(2);
    expect(h.link.collisions).toBe(0);
  });

  it("is held by a pause in that delay, and a start goes on with it", async () => {
    const h = await cleared({ jobTransitionDelay: 60 });
    await h.apply({ kind: "pause" });
    await h.advance(120_000);
    expect(h.link.asked).not.toContain("gcode EJECT");
    expect(h.snapshot.state).toBe("paused");
    await h.startQueue(true);
    await h.advance(3_000);
    expect(h.link.asked).toContain("gcode EJECT");
    expect(h.link.begun).toHaveLength(2);
    expect(h.link.collisions).toBe(0);
  });

  it("runs when a start follows the last print of a queue that had run dry: that is no word on its part", async () => {
    const h = await new EngineHarness({
      platePolicy: "gcode",
      jobTransitionGcode: "EJECT",
    }).start();
    h.link.onGcode = (script) => {
      if (script === "EJECT") h.link.partsOnPlate = 0;
    };
    await h.post("a.gcode");
    await h.startQueue();
    await h.advance(1000);
    h.link.complete();
    await h.advance(10_000);
    await h.post("b.gcode");
    await h.startQueue(true);
    await h.advance(3_000);
    expect(h.link.asked).toContain("gcode EJECT");
    expect(h.link.begun).toHaveLength(2);
    expect(h.link.collisions).toBe(0);
  });

  it("does not block a command while it runs", async () => {
    const h = await cleared({}, () => new Promise<void>(() => {}));
    await h.post("c.gcode");
    await h.apply({ kind: "jump", copy: h.ids[1] ?? "" });
    await h.apply({ kind: "pause" });
    expect(h.names).toEqual(["c.gcode", "b.gcode"]);
    expect(h.snapshot.state).toBe("paused");
  });
});

describe("the commands a clearing g-code names", () => {
  it("are looked for among macros, what Klipper has help for, and the traditional ones", () => {
    const script = "; eject\nG28 X0\neject FAST=1\n  BED_MESH_CLEAR ; off\nSWEEEP\n";
    expect(unknownCommands(script, ["gcode_macro Eject"], ["BED_MESH_CLEAR"])).toEqual(["SWEEEP"]);
  });

  it("are told when this printer does not have them, at connect and when the option is set", async () => {
    const h = new EngineHarness({ platePolicy: "gcode", jobTransitionGcode: "EJECT" });
    h.link.objects = ["gcode_macro SWEEP"];
    h.link.answers.set("printer.gcode.help", () => ({ G28: "home" }));
    await h.start();
    expect(h.snapshot.unknownCommands).toEqual(["EJECT"]);
    const answer = await h.apply({
      kind: "set_options",
      options: { ...h.options, jobTransitionGcode: "SWEEP" },
    });
    expect(answer.unknownCommands).toEqual([]);
  });
});
