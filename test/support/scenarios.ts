import { readFileSync } from "node:fs";
import * as z from "zod";

/** What a client saw or did, in the words the replay compares. */
export type Seen =
  /** A queue method's answer. Moonraker's may take 250 ms, ours do not: its place among the rest is chance. */
  | { readonly lane: "answer"; readonly text: string }
  /** A queue notification. */
  | { readonly lane: "queue"; readonly text: string }
  /** print_stats.state as it changed. */
  | { readonly lane: "print"; readonly text: string }
  | { readonly lane: "klippy"; readonly text: string };

export interface ScenarioCall {
  readonly method: string;
  readonly params: Record<string, unknown>;
  /** What had been seen when the call left: the replay waits for as much. */
  readonly seenBefore: number;
  /** Seconds between the last thing seen (or call made) and this call. */
  readonly pause: number;
  /** Sent before the former call was answered. */
  readonly overlaps: boolean;
  /** Position of its job_id among the last list answered, for `jump`. */
  readonly jobIndex: number | undefined;
}

export interface Scenario {
  readonly name: string;
  readonly calls: readonly ScenarioCall[];
  readonly seen: readonly Seen[];
}

const Line = z.union([
  z.object({ scenario: z.string() }),
  z.object({
    t: z.number(),
    conn: z.string(),
    dir: z.enum(["open", "close", "in", "out"]),
    raw: z.unknown(),
  }),
]);
const Call = z.looseObject({
  id: z.number(),
  method: z.string(),
  params: z.record(z.string(), z.unknown()).default({}),
});
const QueuedJobs = z.array(z.looseObject({ filename: z.string(), job_id: z.string() }));
const QueueAnswer = z.looseObject({ queued_jobs: QueuedJobs, queue_state: z.string() });
const Incoming = z.looseObject({
  id: z.number().optional(),
  method: z.string().optional(),
  params: z.array(z.unknown()).optional(),
  result: z.unknown().optional(),
  error: z.looseObject({ message: z.string() }).optional(),
});
const QueueChanged = z.looseObject({
  action: z.string(),
  updated_queue: QueuedJobs.nullable(),
  queue_state: z.string(),
});
const PrintDelta = z.looseObject({ print_stats: z.looseObject({ state: z.string() }) });

/** Says one frame from a server in the replay's words; nothing for what it does not compare. */
export function describeNotification(method: string, params: readonly unknown[]): Seen | undefined {
  switch (method) {
    case "notify_job_queue_changed": {
      const changed = QueueChanged.parse(params[0]);
      const list =
        changed.updated_queue === null
          ? ""
          : ` [${changed.updated_queue.map((j) => j.filename).join(" ")}]`;
      return { lane: "queue", text: `${changed.action} ${changed.queue_state}${list}` };
    }
    case "notify_status_update": {
      const delta = PrintDelta.safeParse(params[0]);
      const state = delta.success ? delta.data.print_stats.state : "standby";
      // Between two prints `standby` lasts less than a status tick: seen or not by chance.
      return state === "standby" ? undefined : { lane: "print", text: state };
    }
    case "notify_klippy_ready":
    case "notify_klippy_shutdown":
    case "notify_klippy_disconnected":
      return { lane: "klippy", text: method.replace("notify_klippy_", "") };
    default:
      return undefined;
  }
}

export function describeAnswer(method: string, result: unknown): Seen | undefined {
  if (!method.startsWith("server.job_queue.")) return undefined;
  const answer = QueueAnswer.parse(result);
  const names = answer.queued_jobs.map((job) => job.filename).join(" ");
  const verb = method.replace("server.job_queue.", "");
  return { lane: "answer", text: `${verb} -> ${answer.queue_state} [${names}]` };
}

/** Reads one file of recorded frames: calls and what was seen, per scenario. */
export function readScenarios(file: URL): Scenario[] {
  const scenarios: { name: string; lines: Extract<z.output<typeof Line>, { t: number }>[] }[] = [];
  for (const text of readFileSync(file, "utf8").split("\n")) {
    if (text === "") continue;
    const line = Line.parse(JSON.parse(text));
    if ("scenario" in line) scenarios.push({ name: line.scenario, lines: [] });
    else scenarios.at(-1)?.lines.push(line);
  }
  return scenarios.map(({ name, lines }) => readScenario(name, lines));
}

function readScenario(
  name: string,
  lines: readonly Extract<z.output<typeof Line>, { t: number }>[],
): Scenario {
  const calls: ScenarioCall[] = [];
  const seen: Seen[] = [];
  const waiting = new Map<string, string>();
  let last = lines[0]?.t ?? 0;
  let list: readonly string[] = [];
  for (const line of lines) {
    if (line.dir === "out") {
      const call = Call.parse(JSON.parse(z.string().parse(line.raw)));
      // The recording's own housekeeping is the harness's affair.
      if (call.method === "printer.objects.subscribe") continue;
      const jobId = call.params.job_id;
      calls.push({
        method: call.method,
        params: call.params,
        seenBefore: seen.length,
        pause: Math.max(0, line.t - last),
        overlaps: waiting.size > 0,
        jobIndex: typeof jobId === "string" ? list.indexOf(jobId) : undefined,
      });
      waiting.set(`${line.conn} ${call.id}`, call.method);
      last = line.t;
    } else if (line.dir === "in") {
      const frame = Incoming.parse(JSON.parse(z.string().parse(line.raw)));
      const method = frame.id === undefined ? undefined : waiting.get(`${line.conn} ${frame.id}`);
      let item: Seen | undefined;
      if (frame.method !== undefined) item = describeNotification(frame.method, frame.params ?? []);
      else if (method !== undefined) {
        waiting.delete(`${line.conn} ${frame.id}`);
        last = line.t;
        if (frame.error === undefined) item = describeAnswer(method, frame.result);
        const answer = QueueAnswer.safeParse(frame.result);
        if (answer.success) list = answer.data.queued_jobs.map((job) => job.job_id);
      }
      if (item === undefined) continue;
      seen.push(item);
      last = line.t;
    }
  }
  return withoutReset(name, calls, seen);
}

/** The recording emptied the queue before each scenario; a replay starts on a fresh host instead. */
function withoutReset(name: string, calls: ScenarioCall[], seen: Seen[]): Scenario {
  const first = calls.findIndex(
    ({ method, params }) =>
      method !== "server.job_queue.start" &&
      !(method === "server.job_queue.delete_job" && params.all === true),
  );
  const from = calls[first]?.seenBefore ?? 0;
  return {
    name,
    calls: calls.slice(first).map((call) => ({ ...call, seenBefore: call.seenBefore - from })),
    seen: seen.slice(from),
  };
}
