import { describe, expect, it } from "vitest";
import { BY_KLIPPER } from "../../support/faultLinks.ts";
import { eventually, part } from "../../support/faultStage.ts";

const A = "a.gcode";
/** Milliseconds of a print that something can happen in. */
const LONG = 1_500;

/**
 * Without a history what nobody saw is not known: here a bare Klipper is answered for otherwise than a
 * Moonraker. What goes the same way is shown behind both in the files beside this one.
 */
describe.concurrent("behind Klipper's own socket alone", () => {
  it("a start lost with the connection, which nothing proves, is put to a person and not repeated", async ({
    onTestFinished,
  }) => {
    const stage = await BY_KLIPPER.open(onTestFinished);
    stage.machine().faults.ignoreStart();
    stage.on("start_requested", ({ faults }) => faults.dropLink());
    await stage.print([A]);
    const { queue, plate } = await stage.until("the question", (view) => {
      return view.queue.decisions.length > 0;
    });
    expect(queue.decisions[0]).toMatchObject({ filename: A, outcome: "unknown" });
    expect(plate.state).toBe("unknown");
    await stage.decide("retry");
    await stage.start();
    await stage.clear();
    await stage.runDry();
    expect(stage.starts(A)).toBe(1);
    expect(await stage.end()).toEqual([]);
  });

  it("a print that ends while our host is off, with Klipper restarted before it is back, is asked about", async ({
    onTestFinished,
  }) => {
    const stage = await BY_KLIPPER.open(onTestFinished);
    await stage.print([A], LONG);
    await stage.until("the print", ({ current }) => current?.state === "printing");
    await stage.stopHost();
    await eventually("the end", () => stage.events("finished").length === 1);
    stage.machine().faults.klippyRestart();
    await stage.restartHost();
    const { queue, plate } = await stage.until("the question", (view) => {
      return view.queue.decisions.length > 0;
    });
    expect(queue.decisions[0]).toMatchObject({ filename: A, outcome: "interrupted" });
    expect(plate.state).toBe("unknown");
    expect(stage.starts(A)).toBe(1);
    expect(await stage.end()).toEqual([]);
  });

  it("a print made and reset by hand while the link is down leaves a plate that must be looked at", async ({
    onTestFinished,
  }) => {
    const stage = await BY_KLIPPER.open(onTestFinished);
    const machine = stage.machine();
    machine.files.put("by-hand.gcode", Buffer.from(part("by-hand.gcode")), 1_000);
    await stage.clear();
    await machine.faults.refuseConnections();
    machine.faults.dropLink();
    await stage.until("the link to be down", ({ link }) => link.state === "unreachable");
    await machine.klippy.runScript('SDCARD_PRINT_FILE FILENAME="by-hand.gcode"');
    await eventually("its end", () => stage.events("finished").length === 1);
    // As Mainsail's "Clear" does it: nothing in print_stats tells of that print any more.
    await machine.klippy.runScript("SDCARD_RESET_FILE");
    await stage.queue(A);
    await stage.start();
    await machine.faults.refuseConnections(false);
    const { plate } = await stage.until("the question", (view) => {
      return view.link.state === "connected" && view.plate.state !== "clear";
    });
    expect(plate).toMatchObject({
      state: "unknown",
      reason: expect.stringContaining("out of sight"),
    });
    expect(stage.starts(A)).toBe(0);
    await stage.clear();
    await stage.runDry();
    expect(await stage.end()).toEqual([]);
  });

  it("nothing that happened while the link was down is asked about", async ({ onTestFinished }) => {
    const stage = await BY_KLIPPER.open(onTestFinished);
    const machine = stage.machine();
    await stage.clear();
    await machine.faults.refuseConnections();
    machine.faults.dropLink();
    await stage.until("the link to be down", ({ link }) => link.state === "unreachable");
    await stage.queue(A);
    await stage.start();
    await machine.faults.refuseConnections(false);
    await eventually("the print", () => stage.starts(A) === 1);
    await stage.runDry();
    expect(await stage.end()).toEqual([]);
  });
});
