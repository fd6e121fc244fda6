import * as z from "zod";
import { uploadFile } from "../support/apiClient.ts";
import type { Bench, Benchmark } from "./bench.ts";
import { fsyncedCommits, startLimitServer } from "./limits.ts";
import { against, judged, mean, measure, type Row } from "./measure.ts";
import { RawClient } from "./rawClient.ts";

const GCODE = "G28\nG1 X10 Y0 E1 F3000\nM400\n";
const Answer = z.looseObject({
  result: z.object({
    queued_jobs: z.array(z.looseObject({ job_id: z.string(), filename: z.string() })),
  }),
});

interface Stage {
  readonly client: RawClient;
  readonly limit: RawClient;
  readonly pid: number | undefined;
  /** Brings the queue to this many jobs, and the limit's server to the same list. */
  readonly fill: (jobs: number) => Promise<void>;
}

/** A host with one printer that is never there, so that its queue is what is measured. */
async function setStage(bench: Bench): Promise<Stage> {
  const host = await bench.startHost();
  const client = await RawClient.connect(host.url);
  bench.after(() => client.close());
  const limits = await startLimitServer(bench.folder);
  bench.after(() => limits.stop());
  const limit = await RawClient.connect(limits.url);
  bench.after(() => limit.close());
  const link = { kind: "moonraker", address: "http://127.0.0.1:9" };
  await client.result(z.unknown(), "farm.printers.add", { name: "bench", link });
  for (let lane = 0; lane < 16; lane++) {
    const stored = await uploadFile(host.url, `bench-${lane}.gcode`, GCODE);
    if (!stored.ok) throw new Error(`upload: ${await stored.text()}`);
  }
  return {
    client,
    limit,
    pid: host.child.pid,
    async fill(jobs) {
      await client.ask("server.job_queue.delete_job", { all: true });
      const filenames = Array.from({ length: jobs }, (_, n) => `bench-${n % 16}.gcode`);
      if (jobs > 0) await client.ask("server.job_queue.post_job", { filenames });
      const list = await client.result(z.object({}).loose(), "server.job_queue.status");
      await limit.ask("keep", list);
    },
  };
}

/** `server.job_queue.status` beside servers that do only what cannot be left out. */
export const statusBenchmark: Benchmark = {
  name: "status",
  async run(bench) {
    const { client, limit, pid, fill } = await setStage(bench);
    const { seconds } = bench;
    const rows: Row[] = [];
    const status = (jobs: number, inFlight: number): Promise<Row> =>
      measure({
        name: `status, queue of ${jobs}, ${inFlight} in flight`,
        seconds,
        inFlight,
        pid,
        operation: () => client.ask("server.job_queue.status"),
      });
    for (const jobs of [100, 1000]) {
      await fill(jobs);
      for (const inFlight of [1, 16]) {
        const serialised = await measure({
          name: `serialising echo of ${jobs} jobs, ${inFlight} in flight`,
          seconds,
          inFlight,
          operation: () => limit.ask("serialise"),
        });
        const row = against(await status(jobs, inFlight), serialised, 0.8);
        const least = inFlight === 1 ? 1300 : 2200;
        const twice =
          jobs === 1000 ? judged(row, "a second", row.perSecond, { atLeast: least }, "") : row;
        rows.push(serialised, twice);
      }
    }
    await fill(0);
    await limit.ask("echo");
    for (const inFlight of [1, 16]) {
      const echo = await measure({
        name: `bare echo, ${inFlight} in flight`,
        seconds,
        inFlight,
        operation: () => limit.ask("echo"),
      });
      rows.push(echo, against(await status(0, inFlight), echo, 0.6));
    }
    return rows;
  },
};

/** `server.job_queue.post_job`; what is posted is deleted again, and both are durable commands. */
export const postBenchmark: Benchmark = {
  name: "post",
  async run(bench) {
    const { client, pid, fill } = await setStage(bench);
    const { seconds } = bench;
    const rows: Row[] = [];
    await fill(0);
    for (const inFlight of [1, 16]) {
      // Before and after: a disk that others use too is not the same a few seconds later.
      const before = fsyncedCommits(bench.folder, seconds / 2);
      const row = await post(client, pid, 0, inFlight, seconds);
      const commits = mean(before, fsyncedCommits(bench.folder, seconds / 2));
      rows.push(commits, against(row, commits, inFlight === 1 ? 0.4 : 2.5));
    }
    return rows;
  },
};

/** The same in a queue of 1,000, whose list is the answer of each. */
export const longPostBenchmark: Benchmark = {
  name: "post-1000",
  async run(bench) {
    const { client, limit, pid, fill } = await setStage(bench);
    const { seconds } = bench;
    const rows: Row[] = [];
    await fill(1000);
    for (const inFlight of [1, 16]) {
      const bare = (): Promise<Row> =>
        measure({
          name: `commit, serialise 1000 jobs, send; ${inFlight} in flight`,
          seconds: seconds / 2,
          inFlight,
          operation: () => limit.ask("commit"),
        });
      const before = await bare();
      const whole = await post(client, pid, 1000, inFlight, seconds);
      const limitRow = mean(before, await bare());
      const row = against(whole, limitRow, 0.7);
      rows.push(
        limitRow,
        inFlight === 1 ? judged(row, "p99 of the pair", row.p99, { below: 20 }, "ms") : row,
      );
    }
    return rows;
  },
};

/** Posts and deletes; each lane has a file of its own, so that it finds its job in a list others change. */
function post(
  client: RawClient,
  pid: number | undefined,
  jobs: number,
  inFlight: number,
  seconds: number,
): Promise<Row> {
  return measure({
    name: `post and delete, queue of ${jobs}, ${inFlight} in flight`,
    seconds,
    inFlight,
    pid,
    weight: 2,
    async operation(lane) {
      const filename = `bench-${lane}.gcode`;
      const posted = await client.ask("server.job_queue.post_job", { filenames: [filename] });
      const job_ids = [lastJob(posted, filename, jobs)];
      await client.ask("server.job_queue.delete_job", { job_ids });
    },
  });
}

/** The id of the last job of this name; read from the end of a long answer without parsing it whole. */
function lastJob(answer: Buffer, filename: string, jobs: number): string {
  if (jobs === 0) {
    const { result } = Answer.parse(JSON.parse(answer.toString("utf8")));
    const job = result.queued_jobs.findLast((entry) => entry.filename === filename);
    if (job !== undefined) return job.job_id;
  }
  const at = answer.lastIndexOf(`"${filename}","job_id":"`);
  if (at < 0) throw new Error(`no job in ${answer.toString("utf8").slice(0, 300)}`);
  const from = at + filename.length + 13;
  return answer.toString("latin1", from, answer.indexOf('"', from));
}
