import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { systemClock } from "#shared/util/clock.ts";
import { SimulatedPrinter } from "../../electron/simulator/simulatedPrinter.ts";
import { until } from "../support/until.ts";

const Line = z.looseObject({
  mark: z.string().optional(),
  t: z.number().optional(),
  conn: z.string().optional(),
  dir: z.string().optional(),
  raw: z.string().optional(),
});
const Request = z.looseObject({ id: z.number(), method: z.string() });
const Incoming = z.looseObject({
  id: z.number().optional(),
  method: z.string().optional(),
  params: z.looseObject({}).optional(),
  result: z.looseObject({}).optional(),
  error: z.looseObject({ message: z.string() }).optional(),
});
const State = z.looseObject({
  status: z.looseObject({
    print_stats: z.looseObject({ state: z.string().optional() }).optional(),
  }),
});

/** What a client of a real Klipper sent and received under one mark of the recording. */
interface Scene {
  readonly mark: string;
  readonly steps: { readonly out: string; readonly at: number }[];
  readonly frames: string[];
}

function recordedScenes(): Scene[] {
  const text = readFileSync("test/fixtures/moonraker/frames/uds-client.jsonl", "utf8").trim();
  const scenes: Scene[] = [];
  for (const row of text.split("\n")) {
    const { mark, conn, dir, raw, t = 0 } = Line.parse(JSON.parse(row));
    if (mark !== undefined) scenes.push({ mark, steps: [], frames: [] });
    const scene = scenes.at(-1);
    if (scene === undefined || conn !== "uds" || raw === undefined) continue;
    if (dir === "out") scene.steps.push({ out: raw, at: t });
    if (dir === "in") scene.frames.push(raw);
  }
  return scenes;
}

const SCENES = recordedScenes();
const scene = (mark: string): Scene => {
  const found = SCENES.find((one) => one.mark.startsWith(mark));
  if (found === undefined) throw new Error(`Nothing is recorded under ${mark}`);
  return found;
};

const isQuery = (raw: string): boolean => raw.includes('"objects/query"');

/** What a client is told, in order, without numbers: its output, its answers, the states of its print. */
function outline(frames: readonly string[], queries: ReadonlySet<number>): string[] {
  return frames.flatMap((raw) => {
    const { id, method, params, error } = Incoming.parse(JSON.parse(raw));
    if (method === "out") {
      const line = String(params?.["response"]);
      return /^[BT]\d?:/.test(line)
        ? []
        : [`output ${line.replace(/Size:\d+|: -?\d.*/, "").split("\n")[0]}`];
    }
    if (method === "status") {
      const state = State.parse(params).status.print_stats?.state;
      return state === undefined ? [] : [`print ${state}`];
    }
    if (method !== undefined) return [`called ${method}`];
    if (id === undefined || queries.has(id)) return [];
    return [error === undefined ? "answer" : `error ${error.message.split("\n")[0]}`];
  });
}

function queriesOf({ steps }: Scene): ReadonlySet<number> {
  return new Set(
    steps.filter(({ out }) => isQuery(out)).map(({ out }) => Request.parse(JSON.parse(out)).id),
  );
}

/** Keys and types, all the way down; of lists the first element. */
function shape(value: unknown): unknown {
  if (value === null) return "null";
  if (Array.isArray(value)) return value.length === 0 ? [] : [shape(value[0])];
  if (typeof value !== "object") return typeof value;
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => [
    key,
    shape(inner),
  ]);
  return Object.fromEntries(entries.toSorted(([a], [b]) => a.localeCompare(b)));
}

const HEAD = "G28\nG90\nM83\n";
const LEG = (x: number): string => `G1 X${x} Y20 E1 F3000\nG4 P5000\nM400\n`;
const GCODES = {
  "u_ok.gcode": `${HEAD}${LEG(10)}${LEG(40)}`,
  "u_long.gcode": `${HEAD}${[10, 40, 10, 40, 10, 40].map(LEG).join("")}`,
  "u_bad.gcode": `${HEAD}${LEG(10)}G1 X9999 Y20 F3000\n`,
  "u_cmd.gcode": "NOT_A_COMMAND\n",
  "u_tiny.gcode": "M117 hi\n",
};
const SPEED = 10;
/** Milliseconds between status updates. */
const TICK = 50;

let folder: string;
let printer: SimulatedPrinter;
let socket: Socket;
const received: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nextplate-uds-"));
  const path = join(folder, "klippy.sock");
  printer = new SimulatedPrinter({
    name: "vm",
    speed: SPEED,
    clock: systemClock,
    gcodes: GCODES,
    statusInterval: TICK,
    restartTime: 300,
    macros: { QUEUE_PAUSE: ["ACTION_CALL_REMOTE_METHOD METHOD=pause_job_queue"] },
    klipper: { socket: path, folder },
  });
  await printer.start();
  socket = connect(path).setEncoding("utf8");
  let rest = "";
  socket.on("data", (text: string) => {
    const frames = (rest + text).split("\x03");
    rest = frames.pop() ?? "";
    received.push(...frames);
  });
  await once(socket, "connect");
  // What the recording's client had subscribed to before its prints.
  for (const { out } of scene("subscribe").steps) socket.write(`${out}\x03`);
  await until(() => received.length >= 2);
  await printer.klippy.runScript("G28\nM400");
});

afterAll(async () => {
  socket.destroy();
  await printer.stop();
  await rm(folder, { recursive: true, force: true });
});

const answered = (out: string): boolean => {
  const id = Request.safeParse(JSON.parse(out)).data?.id;
  return received.some((raw) => Incoming.parse(JSON.parse(raw)).id === id);
};

/** Sends what was sent under a mark, with its pauses, and waits for all answers. */
async function replay({ steps }: Scene): Promise<void> {
  // What is still under way belongs to the scene before.
  await new Promise((resolve) => setTimeout(resolve, 3 * TICK));
  received.length = 0;
  for (const [index, { out, at }] of steps.entries()) {
    socket.write(`${out}\x03`);
    const next = steps[index + 1]?.at ?? at;
    const pause = ((next - at) * 1000) / SPEED;
    // Pauses shorter than an answer are the client's own: it asked again at once.
    if (pause > 20) await new Promise((resolve) => setTimeout(resolve, pause));
    await until(() => answered(out));
  }
}

describe("Klipper's socket of a simulated printer, held against a real one", () => {
  it.each(["info", "query", "bad requests"])("answers as recorded under %j", async (mark) => {
    const recorded = scene(mark);
    await replay(recorded);
    const answers = (frames: readonly string[]) =>
      frames
        .map((raw) => Incoming.parse(JSON.parse(raw)))
        .filter(({ id }) => id !== undefined)
        .map(({ id, result, error }) => ({
          id,
          keys: Object.keys(result ?? {}).toSorted(),
          types: mark === "query" ? null : shape(result ?? {}),
          error: error?.message.replace(/: -?\d.*/, ""),
        }));
    expect(answers(received)).toEqual(answers(recorded.frames));
  });

  it("queries objects in the shapes of a real one", async () => {
    const [step] = scene("query").steps;
    await replay({ ...scene("query"), steps: step === undefined ? [] : [step] });
    const Answer = z.looseObject({
      eventtime: z.number(),
      status: z.record(z.string(), z.unknown()),
    });
    const real = Answer.parse(Incoming.parse(JSON.parse(scene("query").frames[0] ?? "")).result);
    const answer = received.find((raw) => Incoming.parse(JSON.parse(raw)).id !== undefined);
    const ours = Answer.parse(Incoming.parse(JSON.parse(answer ?? "")).result);
    expect(Object.keys(ours.status)).toEqual(Object.keys(real.status));
    for (const [name, fields] of Object.entries(real.status)) {
      expect([name, Object.keys(z.looseObject({}).parse(ours.status[name])).toSorted()]).toEqual([
        name,
        Object.keys(z.looseObject({}).parse(fields)).toSorted(),
      ]);
    }
  });

  it("drops undecodable frames without a word and stays open", async () => {
    received.length = 0;
    for (const { out } of scene("undecodable").steps) socket.write(`${out}\x03`);
    await until(() => received.some((raw) => Incoming.parse(JSON.parse(raw)).id === 13));
    const answers = received.filter((raw) => Incoming.parse(JSON.parse(raw)).id !== undefined);
    expect(answers).toHaveLength(1);
  });

  it.each([
    "print to completion",
    "error in the file",
    "tiny file: no states",
    "tiny file again",
    "missing file",
    "no quotes and a space",
    "remote method",
    "emergency_stop",
  ])("tells in the same order under %j", async (mark) => {
    const recorded = scene(mark);
    const real = outline(recorded.frames, queriesOf(recorded));
    const cutShort = real.findIndex((line) => line.startsWith("output // Shutdown due"));
    const expected = cutShort < 0 ? real : real.slice(0, cutShort);
    const steps = recorded.steps.filter(({ out }) => !isQuery(out));
    await replay({ ...recorded, steps: cutShort < 0 ? steps : steps.slice(0, 2) });
    await until(() => outline(received, queriesOf(recorded)).length >= expected.length);
    expect(outline(received, queriesOf(recorded))).toEqual(expected);
  });

  it("closes every connection at a restart and is back before it is ready", async () => {
    const closed = once(socket, "close");
    socket.write(`${JSON.stringify({ id: 90, method: "gcode/firmware_restart" })}\x03`);
    await closed;
    expect(outline(received.slice(-2), new Set())).toEqual([
      "answer",
      "output // Klipper state: Disconnect",
    ]);
    await until(() => printer.klippy.isBooting);
    const states: string[] = [];
    while (states.at(-1) !== "ready") {
      const state = await askState(join(folder, "klippy.sock"));
      if (state !== states.at(-1) && state !== null) states.push(state);
    }
    expect(states).toEqual(["startup", "ready"]);
  });
});

/** The state a fresh client is told; null while there is no socket. */
async function askState(path: string): Promise<string | null> {
  const client = connect(path);
  try {
    await once(client, "connect");
    client.write(`${JSON.stringify({ id: 1, method: "info" })}\x03`);
    const [chunk] = await once(client.setEncoding("utf8"), "data");
    const { result } = Incoming.parse(JSON.parse(String(chunk).split("\x03")[0] ?? ""));
    return String(result?.["state"]);
  } catch {
    return null;
  } finally {
    client.destroy();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
