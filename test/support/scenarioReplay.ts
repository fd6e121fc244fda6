import { ApiClient, waitFor } from "./apiClient.ts";
import {
  describeAnswer,
  describeNotification,
  type Scenario,
  type ScenarioCall,
  type Seen,
} from "./scenarios.ts";
import * as z from "zod";

/** What stands around the recorded calls: a deed done to the printer, not through the API. */
export interface Staging {
  /** After the call of this index (within the scenario) was answered and its successors' sights were seen. */
  readonly afterCall: number;
  /** Seconds to wait first. */
  readonly delay: number;
  readonly deed: () => Promise<void>;
}

export interface ReplayOptions {
  readonly endpoint: string;
  /** Milliseconds to wait for what the recording saw before a call. */
  readonly patience: number;
  readonly deeds: readonly Staging[];
  /** Calls that do not go to the API: the recording's restart of the server itself. */
  readonly replaced: Readonly<Record<string, (() => Promise<void>) | undefined>>;
}

const JobList = z.looseObject({ queued_jobs: z.array(z.looseObject({ job_id: z.string() })) });

/**
 * Sends a scenario's calls to an endpoint of ours, each when as much has been seen as in the recording, and
 * returns all that a client saw. Time is not compared, order is.
 */
export async function replayScenario(scenario: Scenario, options: ReplayOptions): Promise<Seen[]> {
  const client = await ApiClient.connect(options.endpoint);
  const seen: Seen[] = [];
  let lastPrintState = "";
  client.onDidNotify(({ method, params }) => {
    const item = describeNotification(method, params);
    if (item === undefined) return;
    // A status may repeat a state; the recording's did not.
    if (item.lane === "print" && item.text === lastPrintState) return;
    if (item.lane === "print") lastPrintState = item.text;
    seen.push(item);
  });
  await client.call("printer.objects.subscribe", {
    objects: { print_stats: ["state", "filename"] },
  });

  let list: readonly string[] = [];
  const send = async (call: ScenarioCall): Promise<void> => {
    const replaced = options.replaced[call.method];
    if (replaced !== undefined) return replaced();
    const jobId = call.jobIndex === undefined ? undefined : list[call.jobIndex];
    const params = jobId === undefined ? call.params : { ...call.params, job_id: jobId };
    const result = await client.call(call.method, params).catch(() => undefined);
    const item = result === undefined ? undefined : describeAnswer(call.method, result);
    if (item !== undefined) seen.push(item);
    const answer = JobList.safeParse(result);
    if (answer.success) list = answer.data.queued_jobs.map((job) => job.job_id);
  };

  const running: Promise<void>[] = [];
  for (const [index, call] of scenario.calls.entries()) {
    const wanted = scenario.seen.slice(0, call.seenBefore);
    await sawAsMuch(seen, wanted, options.patience);
    await pause(Math.min(call.pause, 4));
    if (!call.overlaps) await Promise.all(running.splice(0));
    running.push(send(call));
    for (const { afterCall, delay, deed } of options.deeds) {
      if (afterCall !== index) continue;
      await Promise.all(running.splice(0));
      await pause(delay);
      await deed();
    }
  }
  await Promise.all(running);
  await sawAsMuch(seen, scenario.seen, options.patience);
  await pause(0.4);
  await client.close();
  return seen;
}

/** The lanes advance on their own: each must have come as far as in the recording. */
async function sawAsMuch(
  seen: readonly Seen[],
  wanted: readonly Seen[],
  patience: number,
): Promise<void> {
  const enough = (lane: Seen["lane"]): boolean =>
    seen.filter((item) => item.lane === lane).length >=
    wanted.filter((item) => item.lane === lane).length;
  try {
    await waitFor("as much as was recorded", () => enough("queue") && enough("print"), patience);
  } catch {
    // What is missing shows in the comparison, with everything that came after.
  }
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

/** One lane as lines. */
export function lane(seen: readonly Seen[], name: Seen["lane"]): string[] {
  return seen.filter((item) => item.lane === name).map((item) => item.text);
}
