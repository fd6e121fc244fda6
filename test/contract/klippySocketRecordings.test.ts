import { existsSync } from "node:fs";
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
  recordedRows,
  recordedScenes,
  ReplayedClient,
  replayTogether,
  type Scene,
  sceneOf,
  shape,
} from "../support/klippyRecording.ts";
import { until } from "../support/until.ts";

const SCENES = recordedScenes("uds-client.jsonl", "uds");
const scene = (mark: string): Scene => {
  const found = SCENES.find((one) => one.mark.startsWith(mark));
  if (found === undefined) throw new Error(`Nothing is recorded under ${mark}`);
  return found;
};
/** Where a second client joins the first; a third comes when both have been cut off. */
const SECOND = "second client on the same socket";
/** Everything the first client did alone from its first print on, in order: each builds on the one before. */
const PRINTS = SCENES.slice(
  SCENES.findIndex(({ mark }) => mark === "print to completion"),
  SCENES.findIndex(({ mark }) => mark.startsWith(SECOND)),
);

const HEAD = "G28\nG90\nM83\n";
/** Seconds of a real machine. */
const leg = (seconds: number): string => `G1 X20 Y20 E1 F6000\nG4 P${seconds * 1000}\nM400\n`;
/** They take as long as the recorded ones did. */
const GCODES = {
  "u_ok.gcode": `${HEAD}${leg(2.3)}${leg(2.3)}`,
  "u_long.gcode": `${HEAD}${leg(1).repeat(10)}`,
  "u_bad.gcode": `${HEAD}${leg(1.8)}G1 X9999 Y20 F3000\n`,
  "u_cmd.gcode": "G4 P2000\nM400\nNOT_A_COMMAND\n",
  "u_tiny.gcode": "M117 hi\n",
  "u_pause.gcode": `${HEAD}${leg(1.9)}PAUSE\n${leg(1.9)}`,
  "u nom400.gcode": `${HEAD}G1 X10 Y20 E1 F3000\nG4 P1000\nG4 P1000\nG4 P1000\n`,
  "u_heat.gcode": `${HEAD}M104 S60\n${leg(3.8)}`,
  "ud/x.gcode": "M84\n",
};
const SPEED = 10;
/** Milliseconds between status updates: Klipper's 250, as much faster as the machine. */
const TICK = 250 / SPEED;

/** States that passed between two ticks of the real one, or came behind the scene; here a tick may show them. */
const FLEETING: Readonly<Record<string, readonly string[]>> = {
  "cancel while paused": ["print paused"],
  "tiny file: no states seen but complete": ["print printing"],
  "tiny file again: nothing at all is pushed about state": ["print printing", "print complete"],
  "subdir and case": ["print printing", "print complete", "print standby"],
};

/** What is said at once, and the states that come with the next tick: how the two mingle is the tick's chance. */
function byTongue(lines: readonly string[]): Record<"said" | "states", readonly string[]> {
  const isState = (line: string): boolean => line.startsWith("print ");
  return { said: lines.filter((line) => !isState(line)), states: lines.filter(isState) };
}

let folder: string;
let path: string;
let printer: SimulatedPrinter;
let client: ReplayedClient;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nextplate-uds-"));
  path = join(folder, "klippy.sock");
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
  client = await ReplayedClient.connect(path);
  // What the recording's client had subscribed to before its prints.
  await client.replay(scene("subscribe"));
  await printer.klippy.runScript("G28\nM400");
});

afterAll(async () => {
  client.close();
  await printer.stop();
  await rm(folder, { recursive: true, force: true });
});

describe("Klipper's socket of a simulated printer, held against a real one", () => {
  it.each(["info", "query", "bad requests"])("answers as recorded under %j", async (mark) => {
    const recorded = scene(mark);
    const told: string[] = [];
    for (const { out } of recorded.steps) told.push(await client.ask(out));
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
    expect(answers(told)).toEqual(answers(recorded.frames));
  });

  it("queries objects in the shapes of a real one", async () => {
    const told = await client.ask(scene("query").steps[0]?.out ?? "");
    const Answer = z.looseObject({
      eventtime: z.number(),
      status: z.record(z.string(), z.unknown()),
    });
    const real = Answer.parse(Incoming.parse(JSON.parse(scene("query").frames[0] ?? "")).result);
    const ours = Answer.parse(Incoming.parse(JSON.parse(told)).result);
    expect(Object.keys(ours.status)).toEqual(Object.keys(real.status));
    for (const [name, fields] of Object.entries(real.status)) {
      expect([name, Object.keys(z.looseObject({}).parse(ours.status[name])).toSorted()]).toEqual([
        name,
        Object.keys(z.looseObject({}).parse(fields)).toSorted(),
      ]);
    }
  });

  it("drops undecodable frames without a word and stays open", async () => {
    client.received.length = 0;
    for (const { out } of scene("undecodable").steps) client.send(out);
    await until(() => client.received.some((raw) => Incoming.parse(JSON.parse(raw)).id === 13));
    const answers = client.received.filter(
      (raw) => Incoming.parse(JSON.parse(raw)).id !== undefined,
    );
    expect(answers).toHaveLength(1);
  });

  it.each(PRINTS)("tells in the same order under $mark", async (recorded) => {
    // What is still under way belongs to the scene before.
    await new Promise((resolve) => setTimeout(resolve, 3 * TICK));
    client.received.length = 0;
    const isFleeting = (line: string): boolean => FLEETING[recorded.mark]?.includes(line) ?? false;
    const told = await client.replay(recorded, isFleeting);
    const real = outline(recorded.frames, queriesOf(recorded)).filter((line) => !isFleeting(line));
    expect(byTongue(told)).toEqual(byTongue(real));
  });

  it("tells two clients side by side what real ones were told, up to a restart that cuts both off", async () => {
    const rows = recordedRows("uds-client.jsonl", SECOND);
    const second = await ReplayedClient.connect(path);
    client.received.length = 0;
    const clients = new Map([
      ["uds", client],
      ["uds2", second],
    ]);
    await replayTogether(rows, clients);
    for (const [conn, { received }] of clients) {
      const recorded = sceneOf(rows, conn);
      const queries = queriesOf(recorded);
      expect([conn, byTongue(outline(received, queries))]).toEqual([
        conn,
        byTongue(outline(recorded.frames, queries)),
      ]);
      expect([conn, answersTo(queries, received)]).toEqual([
        conn,
        answersTo(queries, recorded.frames),
      ]);
      expect([conn, statesTold(received)]).toEqual([conn, statesTold(recorded.frames)]);
    }
  });

  it("tells the client that comes after the restart what a real one was told", async () => {
    const { steps, frames } = sceneOf(recordedRows("uds-client.jsonl", SECOND), "uds3");
    const [info = "", query = ""] = [steps[0]?.out, steps.at(-1)?.out];
    const third = await connectSoon(path);
    while (statesTold(third.received).at(-1) !== "ready") await third.ask(info);
    const states = statesTold(third.received);
    expect(states.filter((state, n) => state !== states[n - 1])).toEqual(statesTold(frames));
    const { result } = Incoming.parse(JSON.parse(await third.ask(query)));
    expect(result?.["status"]).toEqual(
      Incoming.parse(JSON.parse(frames.at(-1) ?? "")).result?.["status"],
    );
    third.close();
  });
});

/** What queries were answered, by id, without this machine's numbers. */
function answersTo(queries: ReadonlySet<number>, frames: readonly string[]): unknown[] {
  return frames
    .map((raw) => Incoming.parse(JSON.parse(raw)))
    .filter(({ id }) => id !== undefined && queries.has(id))
    .map(({ id, result }) => ({ id, types: shape(result) }));
}

/** What `info` said of Klipper, each time it was asked. */
function statesTold(frames: readonly string[]): string[] {
  return frames.flatMap((raw) => {
    const state = Incoming.parse(JSON.parse(raw)).result?.["state"];
    return typeof state === "string" ? [state] : [];
  });
}

/** A client that gets in as soon as there is a socket again. */
async function connectSoon(at: string): Promise<ReplayedClient> {
  await until(() => existsSync(at));
  return ReplayedClient.connect(at);
}
