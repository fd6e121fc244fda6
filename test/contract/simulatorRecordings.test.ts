import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { systemClock } from "#shared/util/clock.ts";
import { SimulatedPrinter } from "../../electron/simulator/simulatedPrinter.ts";
import { SimulatorClient, type SimulatorFrame } from "../support/simulatorClient.ts";

const Line = z.looseObject({
  dir: z.string().optional(),
  raw: z.string().optional(),
  scenario: z.string().optional(),
});
const Frame = z.looseObject({
  method: z.string().optional(),
  params: z.array(z.unknown()).optional(),
  result: z.unknown().optional(),
});

/** Frames a real Moonraker sent: of a whole recording, or of one scenario in it. */
function recorded(file: string, scenario?: string): SimulatorFrame[] {
  const text = readFileSync(`test/fixtures/moonraker/frames/${file}`, "utf8").trim();
  let current: string | undefined;
  const frames: SimulatorFrame[] = [];
  for (const row of text.split("\n")) {
    const line = Line.parse(JSON.parse(row));
    current = line.scenario ?? current;
    if (line.dir !== "in" || line.raw === undefined) continue;
    if (scenario !== undefined && current?.startsWith(`${scenario} `) !== true) continue;
    frames.push(Frame.parse(JSON.parse(line.raw)));
  }
  return frames;
}

const Status = z.looseObject({
  print_stats: z.looseObject({ state: z.string().optional() }).optional(),
  webhooks: z.looseObject({ state: z.string().optional() }).optional(),
});
const History = z.looseObject({ action: z.string(), job: z.looseObject({ status: z.string() }) });
const Queue = z.looseObject({ action: z.string(), queue_state: z.string() });

/** What a client is told, in order, without numbers and names. */
function outline(frames: readonly SimulatorFrame[]): string[] {
  return frames.flatMap((frame) => {
    const first = frame.params?.[0];
    switch (frame.method) {
      case "notify_gcode_response":
        return [`gcode ${String(first).replace(/opened:.*/, "opened")}`];
      case "notify_status_update": {
        const { print_stats, webhooks } = Status.parse(first);
        return [
          ...(webhooks?.state === undefined ? [] : [`webhooks ${webhooks.state}`]),
          ...(print_stats?.state === undefined ? [] : [`print ${print_stats.state}`]),
        ];
      }
      case "notify_history_changed": {
        const { action, job } = History.parse(first);
        return [`history ${action} ${job.status}`];
      }
      case "notify_job_queue_changed": {
        const { action, queue_state } = Queue.parse(first);
        return [`queue ${action} ${queue_state}`];
      }
      case "notify_klippy_ready":
      case "notify_klippy_shutdown":
      case "notify_klippy_disconnected":
        return [frame.method];
      case undefined:
      default:
        return [];
    }
  });
}

/** Keys and types, all the way down; of lists the first element. */
function shape(value: unknown): unknown {
  if (value === null) return "null";
  if (Array.isArray(value)) return value.length === 0 ? [] : [shape(value[0])];
  if (typeof value !== "object") return typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]): [string, unknown] => [key, shape(inner)])
      .toSorted(([left], [right]) => left.localeCompare(right)),
  );
}

const START = "G28\nG90\nM83\nG92 E0\n";
const step = (x: number): string => `G1 X${x} Y20 E1 F3000\nG4 P5000\nM400\n`;
const GCODES = {
  "a.gcode": `${START}${step(10)}${step(60)}`,
  "long.gcode": `${START}${[10, 60, 10, 60, 10, 60, 10, 60].map(step).join("")}`,
  "bad.gcode": `${START}${step(10)}G1 X9999 F3000\n`,
};
const SUBSCRIPTION = {
  objects: { print_stats: ["state", "filename"], webhooks: null, pause_resume: null },
};

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function connected(): Promise<{ printer: SimulatedPrinter; client: SimulatorClient }> {
  const printer = new SimulatedPrinter({
    name: "one",
    speed: 10,
    clock: systemClock,
    gcodes: GCODES,
    automaticQueue: true,
    restartTime: 300,
  });
  const { url } = await printer.start();
  open.push(() => printer.stop());
  const client = await SimulatorClient.connect(url);
  open.push(() => Promise.resolve(client.close()));
  await client.call("printer.objects.subscribe", SUBSCRIPTION);
  client.frames.length = 0;
  return { printer, client };
}

async function queued(client: SimulatorClient, ...filenames: string[]): Promise<void> {
  await client.call("server.job_queue.post_job", { filenames });
  await client.call("server.job_queue.start");
  await client.notified("notify_history_changed", "added");
}

describe("the simulated printer tells its clients what a real one told", () => {
  it("of two prints from start to complete", async () => {
    const { client } = await connected();
    await queued(client, "a.gcode", "a.gcode");
    const first = client.frames.indexOf(
      await client.notified("notify_history_changed", "finished"),
    );
    await client.notified("notify_history_changed", "finished", first + 1);
    expect(outline(client.frames)).toEqual(outline(recorded("scenarios-auto.jsonl", "A2")));
  });

  it("of a cancelled print", async () => {
    const { client } = await connected();
    await queued(client, "long.gcode", "a.gcode");
    expect((await client.call("printer.print.cancel")).result).toBe("ok");
    await client.notified(
      "notify_job_queue_changed",
      '"state_changed","updated_queue":null,"queue_state":"paused"',
    );
    expect(outline(client.frames)).toEqual(outline(recorded("scenarios-auto.jsonl", "A6")));
  });

  it("of a print that fails", async () => {
    const { client } = await connected();
    await queued(client, "bad.gcode", "a.gcode");
    await client.notified(
      "notify_job_queue_changed",
      '"state_changed","updated_queue":null,"queue_state":"paused"',
    );
    const seen = outline(client.frames).map((line) => line.replace(/range:.*/, "range"));
    const real = outline(recorded("scenarios-auto.jsonl", "A8"));
    expect(seen).toEqual(real.map((line) => line.replace(/range:.*/, "range")));
  });

  it("of pause and resume", async () => {
    const { client } = await connected();
    await queued(client, "long.gcode", "a.gcode");
    await client.call("printer.print.pause");
    await client.notified("notify_status_update", '"state":"paused"');
    await client.call("server.job_queue.post_job", { filenames: ["a.gcode"] });
    await client.call("server.job_queue.start");
    await client.call("printer.print.resume");
    let from = 0;
    for (let ended = 0; ended < 3; ended++) {
      from =
        1 +
        client.frames.indexOf(await client.notified("notify_history_changed", "finished", from));
    }
    expect(outline(client.frames)).toEqual(
      outline(recorded("scenarios-auto.jsonl", "A10")).slice(1),
    );
  });

  it("of an emergency stop and the restart after it", async () => {
    const { client } = await connected();
    await queued(client, "long.gcode", "a.gcode");
    await client.call("printer.emergency_stop");
    await client.notified("notify_status_update", '"state":"paused"');
    await client.call("server.job_queue.start");
    await client.notified(
      "notify_job_queue_changed",
      '"queue_state":"ready"',
      client.frames.length - 1,
    );
    await client.call("printer.firmware_restart");
    await client.notified("notify_klippy_ready");
    const ofCleanUp = 1;
    expect(outline(client.frames)).toEqual(
      outline(recorded("scenarios-auto.jsonl", "A15")).slice(ofCleanUp + 1),
    );
  });

  it("of a Klipper that dies and comes back", async () => {
    const { printer, client } = await connected();
    await queued(client, "long.gcode", "a.gcode");
    printer.faults.klippyDisconnect();
    await client.notified("notify_history_changed", "klippy_disconnect");
    expect((await client.call("printer.info")).error).toEqual({
      code: 503,
      message: "Klippy Host not connected",
    });
    printer.faults.klippyConnect();
    await client.notified("notify_klippy_ready");
    expect(outline(client.frames)).toEqual(
      outline(recorded("scenarios-auto.jsonl", "A16")).slice(1),
    );
  });

  it("of a Moonraker that restarts in the middle of a print", async () => {
    const { printer, client } = await connected();
    await client.call("printer.print.start", { filename: "long.gcode" });
    await client.notified("notify_history_changed", "added");
    expect((await client.call("server.restart")).result).toBe("ok");
    expect(await client.untilClosed()).toEqual([1001, "Server Shutdown"]);
    const told = outline(client.frames).filter((line) => !line.startsWith("print "));
    await new Promise((resolve) => setTimeout(resolve, 800));
    const again = await SimulatorClient.connect(printer.url);
    open.push(() => Promise.resolve(again.close()));
    await again.call("server.job_queue.post_job", { filenames: ["a.gcode"] });
    await again.notified("notify_gcode_response", "Done printing file");
    const all = [...told, ...outline(again.frames)];
    expect(all).toEqual(outline(recorded("ws-midprint-restart.jsonl")));
    const history = await again.call("server.history.list", { limit: 1 });
    expect(JSON.stringify(history.result)).toContain('"status":"server_exit"');
  });
});

describe("the simulated printer's answers have the shape of a real one's", () => {
  it("for info, subscription, status and history of a print", async () => {
    const real = recorded("ws-proof.jsonl");
    const { client } = await connected();
    const at = (id: number): unknown => shape(real.find((frame) => frame.id === id)?.result);
    const objects = {
      webhooks: null,
      print_stats: null,
      virtual_sdcard: null,
      display_status: null,
      pause_resume: null,
      idle_timeout: null,
      toolhead: ["position", "homed_axes", "print_time", "estimated_print_time", "max_velocity"],
      extruder: ["temperature", "target", "power"],
      heater_bed: ["temperature", "target", "power"],
      fan: null,
      gcode_move: ["speed_factor", "extrude_factor"],
      exclude_object: null,
    };
    expect(shape((await client.call("server.info")).result)).toEqual(at(2));
    expect(shape((await client.call("printer.info")).result)).toEqual(at(3));
    expect(shape((await client.call("printer.objects.list")).result)).toEqual(at(4));
    const subscribed = await client.call("printer.objects.subscribe", { objects });
    expect(shape(subscribed.result)).toEqual(at(5));
    expect(
      shape((await client.call("server.files.metadata", { filename: "a.gcode" })).result),
    ).toEqual(at(6));
    expect(shape((await client.call("server.job_queue.status")).result)).toEqual(at(8));
    await queued(client, "a.gcode");
    const finished = await client.notified("notify_history_changed", "finished");
    const realFinished = real.findLast((frame) => frame.method === "notify_history_changed");
    expect(shape(finished.params)).toEqual(shape(realFinished?.params));
    expect(shape((await client.call("server.history.list", { limit: 5 })).result)).toEqual(at(13));
    expect(shape((await client.call("server.history.totals")).result)).toEqual(at(14));
  });

  it("while Klipper has never been connected", async () => {
    const printer = new SimulatedPrinter({
      name: "off",
      speed: 1,
      clock: systemClock,
      klippyOff: true,
    });
    const { url } = await printer.start();
    open.push(() => printer.stop());
    const client = await SimulatorClient.connect(url);
    open.push(() => Promise.resolve(client.close()));
    const real = recorded("ws-no-klippy.jsonl");
    const calls: readonly (readonly [string, object?])[] = [
      ["printer.info"],
      ["printer.objects.list"],
      ["printer.objects.subscribe", { objects: { print_stats: null } }],
      ["printer.print.start", { filename: "a.gcode" }],
      ["printer.print.cancel"],
      ["printer.emergency_stop"],
      ["printer.restart"],
      ["printer.gcode.script", { script: "G28" }],
      ["server.job_queue.start"],
      ["server.job_queue.status"],
    ];
    for (const [index, [method, params]] of calls.entries()) {
      const answer = await client.call(method, params);
      const { error, result } = real[index + 1] ?? {};
      expect([method, answer.error, answer.result]).toEqual([method, error, result]);
    }
  });
});
