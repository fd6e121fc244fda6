import { describe, expect, it } from "vitest";
import { eventually, FaultStage, type StageOptions } from "../../support/faultStage.ts";

const A = "a.gcode";
const B = "b.gcode";
/** Milliseconds of a print that something can happen in. */
const LONG = 1_500;

type OnEnd = Parameters<typeof FaultStage.open>[0];
const open = (onEnd: OnEnd, options: StageOptions = {}): Promise<FaultStage> =>
  FaultStage.open(onEnd, { by: "klipper", ...options });

/** Without a history what nobody saw is not known: the same faults, judged by Klipper's own words. */
describe.concurrent("behind Klipper's own socket", () => {
  it("a start that is refused has done nothing, and is made when asked again", async ({
    onTestFinished,
  }) => {
    const stage = await open(onTestFinished);
    stage.machine().faults.refuseStart("Must home axis first");
    await stage.print([A]);
    const stopped = await stage.until("the refusal", ({ queue }) => {
      return queue.rows[0]?.reasons.some(({ text }) => text.includes("Must home axis")) === true;
    });
    expect(stopped).toMatchObject({ plate: { state: "clear" }, queue: { armed: false } });
    await stage.start();
    await stage.runDry();
    expect(stage.starts(A)).toBe(1);
    expect(await stage.end()).toEqual([]);
  });

  it("a start that is ignored is found out, and made again once", async ({ onTestFinished }) => {
    const stage = await open(onTestFinished);
    stage.machine().faults.ignoreStart();
    await stage.print([A]);
    await stage.runDry();
    expect(stage.events("start_requested")).toHaveLength(2);
    expect(stage.starts(A)).toBe(1);
    expect(stage.printedRightBytes(A)).toBe(true);
    expect(await stage.end()).toEqual([]);
  });

  it("a start whose answer is lost prints once", async ({ onTestFinished }) => {
    const stage = await open(onTestFinished);
    stage.machine().faults.ackLost();
    await stage.print([A, B]);
    await stage.runDry();
    expect([stage.starts(A), stage.starts(B)]).toEqual([1, 1]);
    expect(await stage.end()).toEqual([]);
  });

  it("a start whose answer is lost with the connection prints once", async ({ onTestFinished }) => {
    const stage = await open(onTestFinished);
    stage.machine().faults.ackLost();
    stage.on("started", ({ faults }) => faults.dropLink());
    await stage.print([A], LONG);
    await stage.runDry();
    expect(stage.events("start_requested")).toHaveLength(1);
    expect(stage.starts(A)).toBe(1);
    expect(await stage.end()).toEqual([]);
  });

  it("a start lost with the connection, which nothing proves, is put to a person and not repeated", async ({
    onTestFinished,
  }) => {
    const stage = await open(onTestFinished);
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

  it("a second print of the same file by somebody else occupies the plate", async ({
    onTestFinished,
  }) => {
    const stage = await open(onTestFinished, { options: { plate_policy: "self_clearing" } });
    stage.machine().faults.startTwice();
    await stage.print([A, B], 800);
    await eventually("the second print", () => stage.starts(A) === 2);
    await stage.until("the end of both", ({ activity }) => activity === "idle");
    expect((await stage.view()).plate).toMatchObject({ state: "occupied" });
    expect(stage.starts(B)).toBe(0);
    await stage.clear();
    await eventually("the next file", () => stage.starts(B) === 1);
    await stage.runDry();
    expect([stage.starts(A), stage.starts(B)]).toEqual([2, 1]);
  });

  it("a print that fails waits for a decision, with Klipper's words", async ({
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
    await stage.decide("dismiss");
    expect(await stage.end()).toEqual([]);
  });

  it.for([
    ["a shutdown of Klipper", "shutdown"],
    ["a restart of Klipper", "klippyRestart"],
  ] as const)(
    "%s in the middle of a print interrupts it, and nobody knows the plate",
    async ([, fault], { onTestFinished }) => {
      const stage = await open(onTestFinished);
      await stage.print([A, B], LONG);
      await stage.until("the print", ({ current }) => current?.state === "printing");
      const { faults } = stage.machine();
      faults[fault]();
      if (fault === "shutdown") faults.klippyRestart();
      const { queue, plate } = await stage.until("the question", (view) => {
        return view.queue.decisions.length > 0 && view.klippy.state === "ready";
      });
      expect(queue.decisions[0]).toMatchObject({ filename: A, outcome: "interrupted" });
      expect([queue.armed, plate.state]).toEqual([false, "unknown"]);
      await stage.decide("dismiss");
      await stage.start();
      await stage.clear();
      await stage.runDry();
      expect([stage.starts(A), stage.starts(B)]).toEqual([1, 1]);
      expect(await stage.end()).toEqual([]);
    },
  );

  it("a print that ends while our host is off is credited to its copy, once", async ({
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

  it("a print that ends while our host is off, with Klipper restarted before it is back, is asked about", async ({
    onTestFinished,
  }) => {
    const stage = await open(onTestFinished);
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
});
