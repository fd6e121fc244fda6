import { describe, expect, it } from "vitest";
import { BY_MOONRAKER, FAULT_LINKS } from "../../support/faultLinks.ts";

const A = "a.gcode";
const B = "b.gcode";

describe.concurrent.each(FAULT_LINKS)("a link to $name that misbehaves", ({ by, open }) => {
  it.for(
    (["upload", "start_requested", "started", "finished"] as const).filter(
      (step) => step !== "upload" || by === "moonraker",
    ),
  )(
    "breaks at the step `%s` of each print: everything prints once",
    async (step, { onTestFinished }) => {
      const stage = await open(onTestFinished);
      for (let n = 0; n < 2; n++) stage.on(step, ({ faults }) => faults.dropLink());
      await stage.print([A, B]);
      await stage.runDry();
      expect([stage.starts(A), stage.starts(B)]).toEqual([1, 1]);
      expect(await stage.end()).toEqual([]);
    },
  );

  it("breaks again and again: everything prints once", async ({ onTestFinished }) => {
    const stage = await open(onTestFinished, {
      options: { plate_policy: "self_clearing" },
    });
    const { faults } = stage.machine();
    await stage.print([A, B], 1_500);
    // Before, while and after a new connection has learned how the printer is.
    for (const wait of [0, 50, 200, 800]) {
      await stage.until("the link", ({ link }) => link.state === "connected");
      await new Promise((resolve) => setTimeout(resolve, wait));
      faults.dropLink();
      await stage.until("the link to be down", ({ link }) => link.state !== "connected");
    }
    await stage.until("the second print", ({ queue }) => queue.rows.length === 0);
    await stage.runDry();
    expect([stage.starts(A), stage.starts(B)]).toEqual([1, 1]);
    expect(await stage.end()).toEqual([]);
  });

  it("stalls in the middle of a print: the print is the same one afterwards", async ({
    onTestFinished,
  }) => {
    const stage = await open(onTestFinished);
    await stage.print([A, B], 2_000);
    await stage.until("the print", ({ current }) => current?.state === "printing");
    stage.machine().faults.stallLink(3_000);
    await stage.runDry();
    expect([stage.starts(A), stage.starts(B)]).toEqual([1, 1]);
    expect(await stage.end()).toEqual([]);
  });

  it("sends every frame twice: everything prints once", async ({ onTestFinished }) => {
    const stage = await open(onTestFinished);
    stage.machine().faults.duplicateFrames();
    await stage.print([A, B]);
    await stage.runDry();
    expect([stage.starts(A), stage.starts(B)]).toEqual([1, 1]);
    expect(await stage.end()).toEqual([]);
  });

  it("answers slowly: everything prints once, and no start is asked for twice", async ({
    onTestFinished,
  }) => {
    const stage = await open(onTestFinished);
    stage.machine().faults.slowAnswers(1_200);
    await stage.print([A, B]);
    await stage.runDry();
    expect(stage.events("start_requested")).toHaveLength(2);
    expect(await stage.end()).toEqual([]);
  });

  it("is down when the plate is cleared: the word counts, and the next print starts once it is back", async ({
    onTestFinished,
  }) => {
    const stage = await open(onTestFinished);
    await stage.print([A, B]);
    await stage.until("the plate's question", ({ current, plate }) => {
      return current === null && plate.state === "occupied";
    });
    const { faults } = stage.machine();
    await faults.refuseConnections();
    faults.dropLink();
    await stage.until("the link to be down", ({ link }) => link.state !== "connected");
    await stage.clear();
    expect((await stage.view()).plate.state).toBe("clear");
    await faults.refuseConnections(false);
    await stage.runDry();
    expect([stage.starts(A), stage.starts(B)]).toEqual([1, 1]);
    expect(await stage.end()).toEqual([]);
  });
});

/** A stream of bytes keeps its order, and a bare Klipper knows of no plugs. */
describe.concurrent("a link to a Moonraker alone that misbehaves", () => {
  it("sends frames in the wrong order: everything prints once", async ({ onTestFinished }) => {
    const stage = await BY_MOONRAKER.open(onTestFinished);
    stage.machine().faults.reorderFrames();
    await stage.print([A, B]);
    await stage.runDry();
    expect([stage.starts(A), stage.starts(B)]).toEqual([1, 1]);
    expect(await stage.end()).toEqual([]);
  });

  it("tells of plugs, cameras, services and nonsense: the queue goes on", async ({
    onTestFinished,
  }) => {
    const stage = await BY_MOONRAKER.open(onTestFinished, {
      options: { plate_policy: "self_clearing" },
    });
    const { faults } = stage.machine();
    const say = (): void => {
      faults.announce("notify_power_changed", [{ device: "lamp", status: "off", type: "tasmota" }]);
      faults.announce("notify_service_state_changed", [
        { crowsnest: { active_state: "failed", sub_state: "failed" } },
      ]);
      faults.announce("notify_webcams_changed", [{ webcams: [] }]);
      faults.announce("notify_sensor_update", [{ sensor1: { power: null } }]);
      faults.announce("notify_status_update", ["not an object"]);
      faults.announce("notify_history_changed", [null]);
    };
    const timer = setInterval(say, 50);
    onTestFinished(() => clearInterval(timer));
    await stage.print([A, B]);
    await stage.runDry();
    expect((await stage.view()).link.state).toBe("connected");
    expect([stage.starts(A), stage.starts(B)]).toEqual([1, 1]);
    expect(await stage.end()).toEqual([]);
  });
});
