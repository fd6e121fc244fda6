import { number, text } from "../moonraker/arguments.ts";
import { wireJob } from "../moonraker/jobState.ts";
import { ServerError } from "../moonraker/serverError.ts";
import type { MethodTable } from "./method.ts";

export const historyMethods: MethodTable = {
  "server.history.list": (args, { moonraker }) => {
    const { history, files } = moonraker.options;
    const order = args["order"] === undefined ? "desc" : text(args, "order").toLowerCase();
    if (order !== "asc" && order !== "desc") {
      throw new ServerError(400, `Invalid \`order\` value: ${order.toUpperCase()}`);
    }
    const since = number(args, "since", Number.NEGATIVE_INFINITY);
    const before = number(args, "before", Number.POSITIVE_INFINITY);
    const start = number(args, "start", 0);
    const limit = number(args, "limit", 50);
    const jobs = history.list().filter((job) => job.start_time > since && job.start_time < before);
    const sorted = order === "asc" ? [...jobs].reverse() : jobs;
    const page = sorted.slice(start, limit > 0 ? start + limit : undefined);
    return { count: jobs.length, jobs: page.map((job) => wireJob(job, files)) };
  },
  "server.history.get_job": (args, { moonraker }) => {
    const uid = text(args, "uid");
    const job = moonraker.options.history.find(uid);
    if (job === undefined) throw new ServerError(404, `Invalid job uid: ${uid}`);
    return { job: wireJob(job, moonraker.options.files) };
  },
  "server.history.totals": (_args, { moonraker }) => ({
    job_totals: moonraker.options.history.totals(),
    auxiliary_totals: [],
  }),
};
