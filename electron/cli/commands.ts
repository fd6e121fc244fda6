import type { PrinterView, QueueView } from "#shared/contract/farm.ts";
import { AppError } from "#shared/rpc/errors.ts";
import type { CliCommand } from "./cliArguments.ts";
import { farmTable, queueText } from "./farmText.ts";
import type { HostClient } from "./hostClient.ts";

/** What a command has to say: for people, and for programs. */
export interface Outcome {
  readonly text: string;
  readonly json: unknown;
}

type Of<K extends CliCommand["kind"]> = Extract<CliCommand, { kind: K }>;

export async function status(host: HostClient, { printers }: Of<"status">): Promise<Outcome> {
  const views = await viewsOf(host);
  if (printers.length === 0) return { text: farmTable(views), json: views };
  const chosen = printers.map((name) => find(views, name));
  return { text: chosen.map((view) => queueText(view)).join("\n\n"), json: chosen };
}

/** Uploads every file to every printer before anything is queued, so that a bad file queues nothing. */
export async function add(host: HostClient, command: Of<"add">): Promise<Outcome> {
  const { files, printers, copies, folder, start, front, hold, note } = command;
  const views = await viewsOf(host);
  const targets = printers.length === 0 ? [onlyOne(views)] : printers.map((p) => find(views, p));
  const uploaded: { id: PrinterView["id"]; names: string[] }[] = [];
  for (const { id } of targets) {
    const names: string[] = [];
    for (const file of files) names.push(await host.upload(id, file, folder));
    uploaded.push({ id, names });
  }
  const results: { printer: string; files: string[]; queue: QueueView }[] = [];
  for (const { id, names } of uploaded) {
    const wanted = names.map((filename) => ({ filename, copies }));
    const params = { printer: id, files: wanted, start, front, hold, note };
    const queue = await host.call("farm.queue.post", params);
    results.push({ printer: id, files: names, queue });
  }
  const lines = results.map(({ printer, files: names, queue }) => {
    const each = copies === 1 ? "" : `${copies} x `;
    const queued = names.map((name) => each + name).join(", ");
    return `${printer}: queued ${queued}; ${waiting(queue)}`;
  });
  return { text: lines.join("\n"), json: results };
}

export function start(host: HostClient, command: Of<"start">): Promise<Outcome> {
  return eachQueue(host, command.printers, "farm.queue.start");
}

export function pause(host: HostClient, command: Of<"pause">): Promise<Outcome> {
  return eachQueue(host, command.printers, "farm.queue.pause");
}

/** The word names the plate that was looked at: it is refused when the plate has changed since. */
export async function clear(host: HostClient, { printers, note }: Of<"clear">): Promise<Outcome> {
  const views = await viewsOf(host);
  const plates: { printer: string; plate: PrinterView["plate"] }[] = [];
  for (const { id, plate } of printers.map((name) => find(views, name))) {
    const { revision } = plate;
    const params = { printer: id, state: "clear" as const, revision, note };
    const after = plate.state === "clear" ? { plate } : await host.call("farm.plate.set", params);
    plates.push({ printer: id, plate: after.plate });
  }
  const lines = plates.map(({ printer, plate }) => `${printer}: plate ${plate.state}`);
  return { text: lines.join("\n"), json: plates };
}

async function eachQueue(
  host: HostClient,
  printers: readonly string[],
  method: "farm.queue.start" | "farm.queue.pause",
): Promise<Outcome> {
  const views = await viewsOf(host);
  const ids = printers.map((name) => find(views, name).id);
  const results: { printer: string; queue: QueueView }[] = [];
  for (const printer of ids) {
    results.push({ printer, queue: await host.call(method, { printer }) });
  }
  const lines = results.map(({ printer, queue }) => `${printer}: ${waiting(queue)}`);
  return { text: lines.join("\n"), json: results };
}

async function viewsOf(host: HostClient): Promise<readonly PrinterView[]> {
  return (await host.call("farm.printers.list", {})).printers;
}

/** By id, else by name. */
export function find(views: readonly PrinterView[], wanted: string): PrinterView {
  const name = wanted.toLowerCase();
  const found =
    views.find(({ id }) => id === wanted) ?? views.find((view) => view.name.toLowerCase() === name);
  if (found === undefined) {
    const known = views.map(({ id }) => id).join(", ");
    throw new AppError(
      "not_found",
      `There is no printer "${wanted}"; there are: ${known || "none"}`,
    );
  }
  return found;
}

function onlyOne(views: readonly PrinterView[]): PrinterView {
  const [view, ...others] = views;
  if (view !== undefined && others.length === 0) return view;
  const known = views.map(({ id }) => id).join(", ");
  throw new AppError(
    "bad_request",
    `Say for which printer, with --printer: ${known || "none yet"}`,
  );
}

/** How many jobs wait, and what the first one waits for. */
function waiting({ rows, armed }: QueueView): string {
  const [first] = rows;
  if (first === undefined) return "nothing waits";
  const why = first.hold ?? first.reasons[0]?.text;
  const count = `${rows.length} waiting`;
  if (why !== undefined) return `${count}, the first because: ${why}`;
  return armed ? `${count}, the first starts now` : count;
}
