import { describe, expect, it } from "vitest";
import { BY_MOONRAKER, FAULT_LINKS } from "../../support/faultLinks.ts";
import { eventually } from "../../support/faultStage.ts";

const A = "a.gcode";
const B = "b.gcode";
/** Milliseconds of a print that something can happen in. */
const LONG = 1_500;
const OLD = { "old.gcode": "G28\nG1 X10 Y10 F3000\nM400\n" };

describe.concurrent.each(FAULT_LINKS)("a print that goes wrong behind $name", ({ open }) => {
  it("fails midway: it waits for a decision, the plate is occupied, and a retry prints it again", async ({
    onTestFinished,
  }) => {
    const stage = await open(onTestFinished);
    stage.machine().faults.failMidPrint("Heater extruder not heating", 0.5);
    await stage.print([A, B]);
    const { queue, plate } = await stage.until("the failure", (view) => {
      return view.queue.decisions.length > 0;
    });
    expect(queue.decisions[0]).toMatchObject({ filename: A, outcome: "failed" });
    expect(queue.decisions[0]?.message).toContain("not heating");
    expect([queue.armed, plate.state]).toEqual([false, "occupied"]);
    await stage.decide("retry");
    await stage.start();
    await stage.clear();
    await stage.runDry();
    expect([stage.starts(A), stage.starts(B)]).toEqual([2, 1]);
    expect(await stage.end()).toEqual([]);
  });

  it.for([
    ["Klipper shuts down", "shutdown"],
    ["Klipper is restarted", "klippyRestart"],
    ["the host's plug is pulled", "hostOff"],
  ] as const)(
    "%s in the middle: interrupted, and the plate is looked at first",
    async ([, fault], { onTestFinished }) => {
      const stage = await open(onTestFinished);
      await stage.print([A, B], LONG);
      await stage.until("the print", ({ current }) => current?.state === "printing");
      const { faults } = stage.machine();
      await faults[fault]();
      if (fault === "hostOff") await faults.hostOn();
      if (fault === "shutdown") faults.klippyRestart();
      const { queue, plate } = await stage.until("the question", (view) => {
        return view.queue.decisions.length > 0 && view.klippy.state === "ready";
      });
      expect(queue.decisions[0]).toMatchObject({ filename: A, outcome: "interrupted" });
      expect([queue.armed, plate.state]).toEqual([false, "unknown"]);
      await stage.decide("dismiss");
      await stage.start();
      await stage.clear();
      await eventually("the next file", () => stage.starts(B) === 1);
      await stage.runDry();
      expect(stage.starts(A)).toBe(1);
      expect(await stage.end()).toEqual([]);
    },
  );

  it("is cancelled at the printer while the link is down: cancelled, and asked about", async ({
    onTestFinished,
  }) => {
    const stage = await open(onTestFinished);
    await stage.print([A], LONG);
    await stage.until("the print", ({ current }) => current?.state === "printing");
    const { faults, klippy } = stage.machine();
    await faults.refuseConnections();
    faults.dropLink();
    await klippy.runScript("CANCEL_PRINT");
    await faults.refuseConnections(false);
    const { queue } = await stage.until("the question", (view) => {
      return view.queue.decisions.length > 0;
    });
    expect(queue.decisions[0]).toMatchObject({ filename: A, outcome: "cancelled" });
    await stage.decide("requeue");
    await stage.start();
    await stage.clear();
    await stage.runDry();
    expect(stage.starts(A)).toBe(2);
    expect(await stage.end()).toEqual([]);
  });

  it("cannot be stopped with the socket down: the caller is told so, and what goes on is shown as printing", async ({
    onTestFinished,
  }) => {
    const stage = await open(onTestFinished);
    await stage.print([A], 4_000);
    await stage.until("the print", ({ current }) => current?.state === "printing");
    const { faults } = stage.machine();
    await faults.refuseConnections();
    faults.dropLink();
    await stage.until("the link to be down", ({ link }) => link.state !== "connected");
    const asked = performance.now();
    await expect(stage.call("printer.print.cancel")).rejects.toThrow("not connected");
    expect(performance.now() - asked).toBeLessThan(2_000);
    await faults.refuseConnections(false);
    await stage.until("the print again", ({ current, klippy }) => {
      return current?.state === "printing" && klippy.state === "ready";
    });
    await stage.call("printer.print.cancel");
    const { queue } = await stage.until("the question", (view) => {
      return view.queue.decisions.length > 0;
    });
    expect(queue.decisions[0]).toMatchObject({ filename: A, outcome: "cancelled" });
    expect(stage.starts(A)).toBe(1);
    expect(await stage.end()).toEqual([]);
  });

  it("ends while our host is off: it is credited to the copy that was printing, once", async ({
    onTestFinished,
  }) => {
    const stage = await open(onTestFinished);
    await stage.print([A, B], LONG);
    await stage.until("the print", ({ current }) => current?.state === "printing");
    await stage.stopHost();
    await eventually("the end", () => stage.events("finished").length === 1);
    await stage.restartHost();
    await stage.runDry();
    expect([stage.starts(A), stage.starts(B)]).toEqual([1, 1]);
    expect(await stage.end()).toEqual([]);
  });

  it("was another one's, long complete: a reconnect credits it to nobody and starts nothing onto it", async ({
    onTestFinished,
  }) => {
    const stage = await open(onTestFinished, { machine: { gcodes: OLD } });
    await stage.clear();
    await stage.queue(A);
    const { faults, klippy } = stage.machine();
    await faults.refuseConnections();
    faults.dropLink();
    await stage.until("the link to be down", ({ link }) => link.state !== "connected");
    await stage.start();
    await klippy.runScript("SDCARD_PRINT_FILE FILENAME=old.gcode");
    await eventually("the old print's end", () => stage.events("finished").length === 1);
    await faults.refuseConnections(false);
    const { queue, plate } = await stage.until("a look at the printer", (view) => {
      return view.link.state === "connected" && view.plate.state !== "clear";
    });
    expect(plate.state).toBe("unknown");
    expect(queue.rows.map((row) => row.filename)).toEqual([A]);
    expect(stage.starts(A)).toBe(0);
    await stage.clear();
    await stage.runDry();
    expect(stage.starts(A)).toBe(1);
    expect(await stage.end()).toEqual([]);
  });

  it("was another one's, and Klipper came back in standby: the same", async ({
    onTestFinished,
  }) => {
    const stage = await open(onTestFinished, { machine: { gcodes: OLD } });
    await stage.clear();
    await stage.queue(A);
    await stage.stopHost();
    await stage.machine().klippy.runScript("SDCARD_PRINT_FILE FILENAME=old.gcode");
    await eventually("the old print's end", () => stage.events("finished").length === 1);
    await stage.untilHistoryKnows();
    stage.machine().faults.klippyRestart();
    await stage.restartHost();
    await stage.start();
    await stage.until("a look at the printer", (view) => {
      return view.activity === "idle" && view.plate.state !== "clear";
    });
    expect(stage.starts(A)).toBe(0);
    await stage.runDry();
    expect(stage.starts(A)).toBe(1);
    expect(await stage.end()).toEqual([]);
  });
});

/** What only a Moonraker can do or tell; behind Klipper's own socket see klipperSocket.test.ts. */
describe.concurrent("a print that goes wrong behind a Moonraker alone", () => {
  it("Moonraker is restarted in the middle and its history says interrupted: the print went on and is finished once", async ({
    onTestFinished,
  }) => {
    const stage = await BY_MOONRAKER.open(onTestFinished);
    await stage.print([A, B], LONG);
    await stage.until("the print", ({ current }) => current?.state === "printing");
    await stage.machine().faults.moonrakerRestart();
    await stage.until("the link", ({ link }) => link.state === "connected");
    await eventually("the end", () => stage.events("finished").length === 1);
    const { queue, plate } = await stage.until("the plate's question", (view) => {
      return view.current === null && view.activity === "idle";
    });
    expect(queue.decisions).toEqual([]);
    expect(plate.state).toBe("occupied");
    await stage.runDry();
    expect([stage.starts(A), stage.starts(B)]).toEqual([1, 1]);
    expect(await stage.end()).toEqual([]);
  });

  it("ends while our host is off, and Klipper is restarted before it is back: finished, from the history", async ({
    onTestFinished,
  }) => {
    const stage = await BY_MOONRAKER.open(onTestFinished);
    await stage.print([A], LONG);
    await stage.until("the print", ({ current }) => current?.state === "printing");
    await stage.stopHost();
    await eventually("the end", () => stage.events("finished").length === 1);
    await stage.untilHistoryKnows();
    stage.machine().faults.klippyRestart();
    await stage.restartHost();
    const { queue } = await stage.until("the end", ({ current, activity }) => {
      return current === null && activity === "idle";
    });
    expect(queue).toMatchObject({ rows: [], decisions: [] });
    expect(await stage.end()).toEqual([]);
  });
});
