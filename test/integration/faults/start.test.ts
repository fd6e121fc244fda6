import { describe, expect, it } from "vitest";
import { BY_MOONRAKER, FAULT_LINKS } from "../../support/faultLinks.ts";
import { eventually } from "../../support/faultStage.ts";

const A = "a.gcode";
const B = "b.gcode";

describe.concurrent.each(FAULT_LINKS)("a start that goes wrong behind $name", ({ by, open }) => {
  it("refused: nothing has happened, the queue stops with the printer's words and prints when asked again", async ({
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

  it("acknowledged and ignored: it is found out, and the file is started again once", async ({
    onTestFinished,
  }) => {
    const stage = await open(onTestFinished);
    stage.machine().faults.ignoreStart();
    await stage.print([A]);
    await stage.runDry();
    expect(stage.events("start_requested")).toHaveLength(2);
    expect(stage.starts(A)).toBe(1);
    expect(await stage.end()).toEqual([]);
  });

  it("ignored for ever: a few tries without another upload, then the queue stops and says why", async ({
    onTestFinished,
  }) => {
    const stage = await open(onTestFinished);
    stage.machine().faults.ignoreStart(99);
    await stage.print([A]);
    const { queue, attention } = await stage.until("the queue to stop", (view) => {
      return !view.queue.armed;
    });
    expect(attention.map(({ kind }) => kind)).toEqual(["transfer"]);
    expect(queue.rows).toHaveLength(1);
    expect(queue.rows[0]?.reasons[0]?.text).toContain("did nothing with the start");
    expect(stage.events("start_requested")).toHaveLength(3);
    // Behind Klipper's socket it is put into the folder, and nothing goes over the machine's own server.
    expect(stage.events("upload")).toHaveLength(by === "moonraker" ? 1 : 0);
    expect(await stage.end()).toEqual([]);
  });

  it("acknowledged and carried out late: the print is the one that was asked for", async ({
    onTestFinished,
  }) => {
    const stage = await open(onTestFinished);
    stage.machine().faults.ignoreStart();
    await stage.print([A, B]);
    await stage.until("the start to be given up", ({ queue }) => {
      return queue.rows[0]?.reasons.some(({ code }) => code === "staging_failed") === true;
    });
    // What was acknowledged seconds ago is carried out now, and nobody sent it again.
    const path = stage.events("start_requested")[0]?.path ?? "";
    await stage.machine().klippy.runScript(`SDCARD_PRINT_FILE FILENAME="${path}"`);
    await eventually("the late start", () => stage.starts(A) === 1);
    await stage.runDry();
    expect([stage.starts(A), stage.starts(B)]).toEqual([1, 1]);
    expect(await stage.end()).toEqual([]);
  });

  it("carried out twice: the second print is foreign, and nothing starts onto it", async ({
    onTestFinished,
  }) => {
    const stage = await open(onTestFinished, {
      options: { plate_policy: "self_clearing" },
    });
    stage.machine().faults.startTwice();
    await stage.print([A, B], 800);
    await eventually("the second print", () => stage.starts(A) === 2);
    await stage.until("the end of both", ({ activity }) => activity === "idle");
    const { plate, queue } = await stage.view();
    expect(plate).toMatchObject({ state: "occupied" });
    expect(queue.rows.map((row) => row.filename)).toEqual([B]);
    expect(stage.starts(B)).toBe(0);
    expect(stage.events("start_requested")).toHaveLength(1);
    await stage.clear();
    await eventually("the next file", () => stage.starts(B) === 1);
    await stage.runDry();
    expect([stage.starts(A), stage.starts(B)]).toEqual([2, 1]);
  });

  it("carried out, its answer lost: printed once", async ({ onTestFinished }) => {
    const stage = await open(onTestFinished);
    stage.machine().faults.ackLost();
    await stage.print([A]);
    await stage.runDry();
    expect(stage.events("start_requested")).toHaveLength(1);
    expect(stage.starts(A)).toBe(1);
    expect(await stage.end()).toEqual([]);
  });

  it("carried out, its answer lost with the connection: printed once", async ({
    onTestFinished,
  }) => {
    const stage = await open(onTestFinished);
    stage.machine().faults.ackLost();
    stage.on("started", ({ faults }) => faults.dropLink());
    await stage.print([A]);
    await stage.runDry();
    expect(stage.events("start_requested")).toHaveLength(1);
    expect(stage.starts(A)).toBe(1);
    expect(await stage.end()).toEqual([]);
  });
});

/** What only a history or an upload can show; behind Klipper's own socket see klipperSocket.test.ts. */
describe.concurrent("a start that goes wrong behind a Moonraker alone", () => {
  it("lost with the connection before the printer saw it: found out and sent again", async ({
    onTestFinished,
  }) => {
    const stage = await BY_MOONRAKER.open(onTestFinished);
    stage.machine().faults.ignoreStart();
    stage.on("start_requested", ({ faults }) => faults.dropLink());
    await stage.print([A]);
    await stage.runDry();
    expect(stage.starts(A)).toBe(1);
    expect(await stage.end()).toEqual([]);
  });

  it("of a file whose upload was answered 201 with other bytes: sent again, and the right bytes print", async ({
    onTestFinished,
  }) => {
    const stage = await BY_MOONRAKER.open(onTestFinished);
    stage.machine().faults.uploadKeepsOtherBytes();
    await stage.print([A]);
    await stage.runDry();
    expect(stage.events("upload")).toHaveLength(2);
    expect(stage.starts(A)).toBe(1);
    expect(stage.printedRightBytes(A)).toBe(true);
    expect(await stage.end()).toEqual([]);
  });

  it("of a file the printer stores wrong again and again: it waits and says why, and starts none but the right bytes", async ({
    onTestFinished,
  }) => {
    const stage = await BY_MOONRAKER.open(onTestFinished);
    stage.machine().faults.uploadKeepsOtherBytes(3);
    await stage.print([A]);
    await stage.until("the reason", ({ queue }) => {
      return queue.rows[0]?.reasons[0]?.text.includes("stored other bytes") === true;
    });
    expect(stage.events("start_requested")).toEqual([]);
    await stage.runDry();
    expect(stage.printedRightBytes(A)).toBe(true);
    expect(await stage.end()).toEqual([]);
  });
});
