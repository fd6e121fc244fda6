import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { systemClock } from "#shared/util/clock.ts";
import { SimulatedPrinter } from "../../electron/simulator/simulatedPrinter.ts";
import {
  Incoming,
  outline,
  queriesOf,
  recordedScenes,
  ReplayedClient,
  Request,
  shape,
} from "../support/klippyRecording.ts";

/** What an unmodified Moonraker said to Klipper as it started, and while it had two files printed. */
const [CONVERSATION] = recordedScenes("uds-moonraker.jsonl", "mr1");
const SPEED = 10;
const PART = "G28\nG90\nM83\nG1 X20 Y20 E1 F6000\nG4 P3000\nM400\n";
const FIRST_PRINT = "SDCARD_PRINT_FILE";

const Listed = z.looseObject({ objects: z.array(z.string()) });
const Endpoints = z.looseObject({ endpoints: z.array(z.string()) });
const Status = z.looseObject({ status: z.record(z.string(), z.looseObject({})) });

let folder: string;
let printer: SimulatedPrinter;
let client: ReplayedClient;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nextplate-uds-"));
  const socket = join(folder, "klippy.sock");
  printer = new SimulatedPrinter({
    name: "vm",
    speed: SPEED,
    clock: systemClock,
    gcodes: { "proof_a.gcode": PART, "sub dir/proof_b.gcode": PART },
    statusInterval: 250 / SPEED,
    klipper: { socket, folder },
  });
  await printer.start();
  client = await ReplayedClient.connect(socket);
});

afterAll(async () => {
  client.close();
  await printer.stop();
  await rm(folder, { recursive: true, force: true });
});

const parsed = (raw: string) => Incoming.parse(JSON.parse(raw));

/** The answer to the request that stands at `after` frames of the recording. */
function realAnswer(out: string, after: number): unknown {
  const { id } = Request.parse(JSON.parse(out));
  const answer = CONVERSATION?.frames
    .slice(after)
    .map(parsed)
    .find((frame) => frame.id === id);
  return answer?.result;
}

describe("a Moonraker in front of a simulated Klipper", () => {
  const steps = CONVERSATION?.steps ?? [];
  const start = steps.findIndex(({ out }) => out.includes(FIRST_PRINT));

  it("is told as it starts what a real Klipper tells it", async () => {
    expect(start).toBeGreaterThan(15);
    for (const { out, after } of steps.slice(0, start)) {
      const { method } = Request.parse(JSON.parse(out));
      const real = realAnswer(out, after);
      const { result: ours, error } = parsed(await client.ask(out));
      expect([method, error]).toEqual([method, undefined]);
      expect([method, ...essence(method, ours, real)]).toEqual([
        method,
        ...essence(method, real, real),
      ]);
    }
  });

  it("sees two files printed by the same lines and states", async () => {
    const scene = {
      mark: "prints",
      frames: (CONVERSATION?.frames ?? []).slice(steps[start]?.after),
      steps: steps
        .slice(start)
        .map(({ out, after }) => ({ out, after: after - (steps[start]?.after ?? 0) })),
    };
    client.received.length = 0;
    const told = await client.replay(scene);
    expect(told).toEqual(outline(scene.frames, queriesOf(scene)));
    expect(told.filter((line) => line === "output Done printing file")).toHaveLength(2);
  });
});

/** What of an answer must be as a real one is: shapes and names, not this machine's numbers. */
function essence(method: string, answer: unknown, real: unknown): readonly unknown[] {
  switch (method) {
    case "info":
      return [shape(answer)];
    case "list_endpoints": {
      // Not every endpoint is simulated, but none is made up.
      const known = Endpoints.parse(real).endpoints;
      return Endpoints.parse(answer).endpoints.filter((name) => !known.includes(name));
    }
    case "objects/list": {
      const core = Listed.parse(real).objects.filter((name) => !name.startsWith("gcode_macro"));
      return core.filter((name) => !Listed.parse(answer).objects.includes(name));
    }
    case "objects/query":
    case "objects/subscribe":
      return [fieldsOf(answer)];
    default:
      return [answer];
  }
}

/** The fields of each object; of the configuration only that it is there, since every machine has its own. */
function fieldsOf(answer: unknown): Record<string, readonly string[]> {
  const { status } = Status.parse(answer);
  const entries = Object.entries(status).map(([name, fields]): [string, string[]] => [
    name,
    name === "configfile" ? [] : Object.keys(fields).toSorted(),
  ]);
  return Object.fromEntries(entries);
}
