import { readFileSync } from "node:fs";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import * as z from "zod";
import { until } from "./until.ts";

const Line = z.looseObject({
  mark: z.string().optional(),
  conn: z.string().optional(),
  dir: z.string().optional(),
  raw: z.string().optional(),
});
export const Request = z.looseObject({ id: z.number(), method: z.string() });
export const Incoming = z.looseObject({
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
export interface Scene {
  readonly mark: string;
  /** What was sent, and how much had been received before. */
  readonly steps: { readonly out: string; readonly after: number }[];
  readonly frames: string[];
}

function linesOf(file: string): readonly z.output<typeof Line>[] {
  const text = readFileSync(`test/fixtures/moonraker/frames/${file}`, "utf8").trim();
  return text.split("\n").map((row) => Line.parse(JSON.parse(row)));
}

/** The scenes of a recording in their order; what a recording without marks holds is one scene. */
export function recordedScenes(file: string, ours: string): readonly Scene[] {
  const scenes: Scene[] = [];
  for (const line of linesOf(file)) {
    const { conn, dir, raw } = line;
    const mark = line.mark ?? (scenes.length === 0 ? file : undefined);
    if (mark !== undefined) scenes.push({ mark, steps: [], frames: [] });
    const scene = scenes.at(-1);
    if (scene === undefined || conn !== ours || raw === undefined) continue;
    if (dir === "out") scene.steps.push({ out: raw, after: scene.frames.length });
    if (dir === "in") scene.frames.push(raw);
  }
  return scenes;
}

/** What went over one of several connections: sent, received, or that it was closed. */
export interface RecordedRow {
  readonly conn: string;
  readonly dir: string;
  readonly raw: string;
}

/** Everything from a mark on, of all connections, in the order in which it happened. */
export function recordedRows(file: string, mark: string): readonly RecordedRow[] {
  const lines = linesOf(file);
  const start = lines.findIndex((line) => line.mark?.startsWith(mark) === true);
  if (start < 0) throw new Error(`Nothing is recorded under ${mark}`);
  return lines
    .slice(start)
    .flatMap(({ conn, dir, raw = "" }) =>
      conn === undefined || dir === undefined ? [] : [{ conn, dir, raw }],
    );
}

/** The part of one connection, as a scene. */
export function sceneOf(rows: readonly RecordedRow[], conn: string): Scene {
  const scene: Scene = { mark: conn, steps: [], frames: [] };
  for (const { conn: of, dir, raw } of rows) {
    if (of !== conn) continue;
    if (dir === "out") scene.steps.push({ out: raw, after: scene.frames.length });
    if (dir === "in") scene.frames.push(raw);
  }
  return scene;
}

export const isQuery = (raw: string): boolean => raw.includes('"objects/query"');

/** What a client is told, in order, without numbers: its output, its answers, the states of its print. */
export function outline(frames: readonly string[], queries: ReadonlySet<number>): string[] {
  return frames.flatMap((raw) => {
    const { id, method, params, error } = Incoming.parse(JSON.parse(raw));
    // Whatever the client named them: lines of output, and updates of its objects.
    if (typeof params?.["response"] === "string") {
      const line = String(params?.["response"]);
      return /^[BT]\d?:/.test(line)
        ? []
        : [`output ${line.replace(/Size:\d+|: -?\d.*/, "").split("\n")[0]}`];
    }
    if (params?.["status"] !== undefined) {
      const state = State.parse(params).status.print_stats?.state;
      return state === undefined ? [] : [`print ${state}`];
    }
    if (method !== undefined) return [`called ${method}`];
    if (id === undefined || queries.has(id)) return [];
    return [error === undefined ? "answer" : `error ${error.message.split("\n")[0]}`];
  });
}

export function queriesOf({ steps }: Scene): ReadonlySet<number> {
  return new Set(
    steps.filter(({ out }) => isQuery(out)).map(({ out }) => Request.parse(JSON.parse(out)).id),
  );
}

/** Keys and types, all the way down; of lists the first element. */
export function shape(value: unknown): unknown {
  if (value === null) return "null";
  if (Array.isArray(value)) return value.length === 0 ? [] : [shape(value[0])];
  if (typeof value !== "object") return typeof value;
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => [
    key,
    shape(inner),
  ]);
  return Object.fromEntries(entries.toSorted(([a], [b]) => a.localeCompare(b)));
}

/** A client that says what the recorded one said and keeps what it is told. */
export class ReplayedClient {
  readonly received: string[] = [];
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    let rest = "";
    socket.setEncoding("utf8").on("data", (text: string) => {
      const frames = (rest + text).split("\x03");
      rest = frames.pop() ?? "";
      this.received.push(...frames);
    });
    socket.on("error", () => {});
  }

  static async connect(path: string): Promise<ReplayedClient> {
    const socket = connect(path);
    await once(socket, "connect");
    return new ReplayedClient(socket);
  }

  send(frame: string): void {
    this.#socket.write(`${frame}\x03`);
  }

  /** Sends a request and waits for the answer with its id. */
  async ask(out: string): Promise<string> {
    const { id } = Request.parse(JSON.parse(out));
    const from = this.received.length;
    this.send(out);
    return until(() => {
      const later = this.received.slice(from);
      return later.find((raw) => Incoming.parse(JSON.parse(raw)).id === id);
    });
  }

  /** Resolves when the other side hangs up. */
  async closed(): Promise<void> {
    await once(this.#socket, "close");
  }

  close(): void {
    this.#socket.destroy();
  }

  /**
   * Sends what was sent, each as soon as what the recorded client had been told by then was told here too,
   * and waits for the rest. Queries, whose answers are numbers, are left out, and so is what is `fleeting`:
   * a state that a tick may or may not show. Resolves to the outline of what was told.
   */
  async replay(
    scene: Scene,
    fleeting: (line: string) => boolean = () => false,
  ): Promise<readonly string[]> {
    const queries = queriesOf(scene);
    const lasting = (frames: readonly string[]): string[] =>
      outline(frames, queries).filter((line) => !fleeting(line));
    const told = (): number => lasting(this.received).length;
    const wait = async (frames: number): Promise<void> => {
      const wanted = lasting(scene.frames.slice(0, frames)).length;
      await until(() => told() >= wanted);
    };
    for (const { out, after } of scene.steps) {
      if (isQuery(out)) continue;
      await wait(after);
      this.send(out);
    }
    await wait(scene.frames.length);
    return lasting(this.received);
  }
}

/**
 * Clients that say together what recorded ones said, each request as soon as every client had been told here
 * what its model had been told by then. Queries are sent like the rest; their answers, which are numbers, come
 * with the next tick and are left out of the order. Resolves when all is told and whoever was cut off is.
 */
export async function replayTogether(
  rows: readonly RecordedRow[],
  clients: ReadonlyMap<string, ReplayedClient>,
): Promise<void> {
  const closed = new Set<string>();
  for (const [conn, client] of clients) void client.closed().then(() => closed.add(conn));
  const isToldAsFarAs = (end: number): boolean =>
    [...clients].every(([conn, client]) => {
      const { frames } = sceneOf(rows.slice(0, end), conn);
      const queries = queriesOf(sceneOf(rows, conn));
      return outline(client.received, queries).length >= outline(frames, queries).length;
    });
  for (const [at, { conn, dir, raw }] of rows.entries()) {
    if (!clients.has(conn) || dir === "in") continue;
    await until(() => isToldAsFarAs(at));
    if (dir === "close") await until(() => closed.has(conn));
    else clients.get(conn)?.send(raw);
  }
  await until(() => isToldAsFarAs(rows.length));
}
