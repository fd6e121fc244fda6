import { describe, expect, it } from "vitest";
import { JobQueueStatus } from "#shared/contract/jobQueue.ts";
import type { RecordEntry } from "../../../electron/simulator/record.ts";
import { ApiClient } from "../../support/apiClient.ts";
import { FAULT_LINKS, type FaultLink } from "../../support/faultLinks.ts";
import type { FaultStage } from "../../support/faultStage.ts";

const A = "a.gcode";
const B = "b.gcode";
/** Nothing is uploaded to a bare Klipper: its file is put into the folder. */
const STEPS: Record<FaultLink["by"], readonly RecordEntry["event"][]> = {
  moonraker: ["upload", "start_requested", "started"],
  klipper: ["start_requested", "started"],
};

/** What a person does with the row that is just being dispatched; resolves to whether it was allowed. */
function atStep(
  stage: FaultStage,
  step: RecordEntry["event"],
  act: () => Promise<boolean>,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    stage.on(step, () => void act().then(resolve, reject));
  });
}

const allowed = (call: Promise<unknown>): Promise<boolean> =>
  call.then(
    () => true,
    () => false,
  );

describe.concurrent.each(FAULT_LINKS)(
  "a row that is changed while $name is told to print it",
  ({ by, open }) => {
    it.for(STEPS[by])(
      "removed at `%s`: gone and never printed, or too late and printed once",
      async (step, { onTestFinished }) => {
        const stage = await open(onTestFinished);
        const a = await stage.queue(A);
        await stage.queue(B);
        const removed = atStep(stage, step, () => stage.remove(a));
        await stage.start();
        await stage.clear();
        const isGone = await removed;
        await stage.runDry();
        expect(stage.starts(A)).toBe(isGone ? 0 : 1);
        expect(stage.starts(B)).toBe(1);
        expect(await stage.end()).toEqual([]);
      },
    );

    it.for(STEPS[by])(
      "moved behind another at `%s`: both print once",
      async (step, { onTestFinished }) => {
        const stage = await open(onTestFinished);
        const a = await stage.queue(A);
        await stage.queue(B);
        const moved = atStep(stage, step, () =>
          allowed(stage.call("farm.queue.move", { job_ids: [a], before: null })),
        );
        await stage.start();
        await stage.clear();
        await moved;
        await stage.runDry();
        expect([stage.starts(A), stage.starts(B)]).toEqual([1, 1]);
        expect(await stage.end()).toEqual([]);
      },
    );

    it.for(STEPS[by])(
      "paused at `%s`: nothing more starts, and nothing is lost",
      async (step, { onTestFinished }) => {
        const stage = await open(onTestFinished, {
          options: { plate_policy: "self_clearing" },
        });
        const paused = atStep(stage, step, () => allowed(stage.call("farm.queue.pause")));
        await stage.print([A, B]);
        expect(await paused).toBe(true);
        await stage.until("the printer to be idle", ({ activity }) => activity === "idle");
        expect(stage.starts(B)).toBe(0);
        await stage.start();
        await stage.runDry();
        expect([stage.starts(A), stage.starts(B)]).toEqual([1, 1]);
        expect(await stage.end()).toEqual([]);
      },
    );

    it.for(STEPS[by])(
      "whose file is deleted from the library at `%s`: it prints what was queued",
      async (step, { onTestFinished }) => {
        const stage = await open(onTestFinished);
        const client = await ApiClient.connect(stage.farm.endpoint(stage.printer()));
        onTestFinished(() => client.close());
        const deleted = atStep(stage, step, () =>
          allowed(client.call("server.files.delete_file", { path: `gcodes/${A}` })),
        );
        await stage.print([A]);
        expect(await deleted).toBe(true);
        await stage.runDry();
        expect(stage.starts(A)).toBe(1);
        expect(stage.printedRightBytes(A)).toBe(true);
        expect(await stage.end()).toEqual([]);
      },
    );
  },
);

describe.concurrent.each(FAULT_LINKS)("what is told of a queue in front of $name", ({ open }) => {
  it("is told with every change of state: who only listens knows what the status says", async ({
    onTestFinished,
  }) => {
    const stage = await open(onTestFinished);
    const client = await ApiClient.connect(stage.farm.endpoint(stage.printer()));
    onTestFinished(() => client.close());
    await stage.print([A, B]);
    await stage.runDry();
    const { queue_state: state } = await client.ask(JobQueueStatus, "server.job_queue.status");
    const told = client.notifications.filter(({ method }) => method === "notify_job_queue_changed");
    expect(JSON.stringify(told.at(-1)?.params)).toContain(`"queue_state":"${state}"`);
    const words = told.map(({ params }) => JSON.stringify(params)).join("\n");
    expect(words).toMatch(/"loading"[^]*"starting"[^]*"loading"[^]*"starting"/);
    expect(await stage.end()).toEqual([]);
  });

  it("never counts the g-code between two prints as a print", async ({ onTestFinished }) => {
    const stage = await open(onTestFinished, {
      options: { plate_policy: "gcode", job_transition_gcode: "G28\nG1 X100 Y100 F3000\nM400" },
    });
    await stage.print([A, B]);
    await stage.until("the end of both", ({ queue, current, activity }) => {
      return queue.rows.length === 0 && current === null && activity === "idle";
    });
    const { queue, plate } = await stage.view();
    expect(queue.decisions).toEqual([]);
    expect(plate.state).not.toBe("unknown");
    expect(stage.events("started")).toHaveLength(2);
    expect([stage.starts(A), stage.starts(B)]).toEqual([1, 1]);
  });
});
