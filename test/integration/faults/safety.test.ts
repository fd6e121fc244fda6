import { describe, expect, it } from "vitest";
import { Database } from "../../../electron/host/store/database.ts";
import { FAULT_LINKS, type FaultLink } from "../../support/faultLinks.ts";
import type { FaultStage } from "../../support/faultStage.ts";
import { FarmDriver } from "../../support/farmDriver.ts";

const A = "a.gcode";
/** Milliseconds within which a person must know whether the machine was stopped. */
const SOON = 2_000;

async function printing(
  open: FaultLink["open"],
  onTestFinished: (close: () => Promise<void>) => void,
): Promise<FaultStage> {
  const stage = await open(onTestFinished);
  await stage.print([A], 30_000);
  await stage.until("the print", ({ current }) => current?.state === "printing");
  return stage;
}

/** Milliseconds a call took. */
async function timed(call: () => Promise<unknown>): Promise<number> {
  const asked = performance.now();
  await call();
  return performance.now() - asked;
}

describe.each(FAULT_LINKS)("what makes a machine behind $name safer", ({ open }) => {
  it("passes 1,000 commands that wait", async ({ onTestFinished }) => {
    const stage = await printing(open, onTestFinished);
    // A client may have 256 requests waiting: a thousand need several.
    const crowd = await Promise.all(
      Array.from({ length: 5 }, () => FarmDriver.connect(stage.host.url)),
    );
    onTestFinished(() => Promise.all(crowd.map((one) => one.close())).then(() => {}));
    const copy = await stage.queue("b.gcode");
    let isOver = false;
    // Commands that come together share a commit, so the crowd has to keep coming for 1,000 to wait.
    const ask = async (client: FarmDriver["client"], n: number): Promise<void> => {
      do {
        const hold = `reason ${n}`;
        const params = { printer: stage.printer(), job_ids: [copy], hold };
        await client.call("farm.queue.hold", params);
      } while (!isOver);
    };
    const waiting = crowd.flatMap(({ client }) =>
      Array.from({ length: 200 }, (_, n) => ask(client, n)),
    );
    expect(await timed(() => stage.call("printer.print.pause"))).toBeLessThan(SOON);
    expect(await timed(() => stage.call("printer.print.cancel"))).toBeLessThan(SOON);
    expect(await timed(() => stage.call("printer.emergency_stop"))).toBeLessThan(SOON);
    isOver = true;
    expect(stage.events("cancelled")).toHaveLength(1);
    expect(stage.events("shutdown")).toHaveLength(1);
    await Promise.all(waiting);
  });

  it("passes a store that somebody else has locked", async ({ onTestFinished }) => {
    const stage = await printing(open, onTestFinished);
    const other = new Database(`${stage.host.dataDir}/nextplate.db`);
    onTestFinished(() => other.close());
    other.exec("BEGIN IMMEDIATE");
    const posts = Array.from({ length: 50 }, () =>
      stage.call("farm.queue.post", { files: [{ filename: A }] }).then(
        () => "stored",
        (error: unknown) => String(error),
      ),
    );
    expect(await timed(() => stage.call("printer.print.pause"))).toBeLessThan(SOON);
    expect(await timed(() => stage.call("printer.print.cancel"))).toBeLessThan(SOON);
    expect(await timed(() => stage.call("printer.emergency_stop"))).toBeLessThan(SOON);
    expect(stage.events("shutdown")).toHaveLength(1);
    // Commands fail cleanly meanwhile, and what happened is stored once the store is free again.
    for (const outcome of await Promise.all(posts)) expect(outcome).not.toBe("stored");
    other.rollback();
    const { queue } = await stage.until("the end of the print", (view) => {
      return view.queue.decisions.length > 0;
    });
    expect(queue.decisions[0]).toMatchObject({ filename: A });
    expect(queue.rows).toEqual([]);
    expect(await stage.end()).toEqual([]);
  });

  it("says within two seconds that nothing was confirmed when the machine does not answer or cannot be reached", async ({
    onTestFinished,
  }) => {
    const stage = await printing(open, onTestFinished);
    const { faults } = stage.machine();
    faults.silentAccept();
    faults.dropLink();
    await stage.until("the link to be down", ({ link }) => link.state !== "connected");
    const asked = performance.now();
    await expect(stage.call("printer.emergency_stop")).rejects.toThrow("NOT confirmed");
    expect(performance.now() - asked).toBeLessThan(SOON + 500);
    await faults.refuseConnections();
    await expect(stage.call("printer.emergency_stop")).rejects.toThrow("NOT sent");
    await expect(stage.call("printer.print.pause")).rejects.toThrow("not connected");
  });

  it("stops a machine whose connection is dead but whose server answers", async ({
    onTestFinished,
  }) => {
    const stage = await printing(open, onTestFinished);
    stage.machine().faults.dropLink();
    expect(await timed(() => stage.call("printer.emergency_stop"))).toBeLessThan(SOON);
    expect(stage.events("shutdown")).toHaveLength(1);
  });

  it("keeps the queue from starting anything after it", async ({ onTestFinished }) => {
    const stage = await printing(open, onTestFinished);
    await stage.queue("b.gcode");
    await stage.call("printer.emergency_stop");
    stage.machine().faults.klippyRestart();
    await stage.until("the question", ({ queue, klippy }) => {
      return queue.decisions.length > 0 && klippy.state === "ready";
    });
    const { queue } = await stage.view();
    expect(queue.armed).toBe(false);
    expect(stage.starts("b.gcode")).toBe(0);
  });
});
