import { PrinterId } from "#shared/domain/ids.ts";
import { systemClock } from "#shared/util/clock.ts";
import { silentLogger } from "../../../electron/host/log/logger.ts";
import { openStore } from "../../../electron/host/store/openStore.ts";
import type { SoakStage } from "./soakStage.ts";

export interface Judgement {
  /** Everything that broke a promise; empty = all held. */
  readonly broken: readonly string[];
  /** Prints that a fault of a machine began besides those ordered: the hole that docs/guarantees.md names. */
  readonly duplicates: readonly string[];
  readonly starts: number;
  readonly finished: number;
  readonly copies: number;
}

/** Holds the books against the machines' record and the store of a host that has ended. */
export async function judge(
  stage: SoakStage,
  hashes: ReadonlyMap<string, string>,
): Promise<Judgement> {
  const machines = judgeMachines(stage, hashes);
  const kept = await judgeStore(stage);
  const { books } = stage;
  const unkept = [...books.promised].flatMap(([file, copies]) => {
    const seen = [...books.seen.values()].filter((name) => name === file).length;
    return seen >= copies ? [] : [`${file}: ${seen} of ${copies} promised copies ever seen`];
  });
  return {
    ...machines,
    broken: [...stage.broken, ...books.broken, ...machines.broken, ...kept.broken, ...unkept],
    finished: kept.finished,
    copies: books.seen.size,
  };
}

function judgeMachines(
  stage: SoakStage,
  hashes: ReadonlyMap<string, string>,
): Pick<Judgement, "broken" | "duplicates" | "starts"> {
  const broken: string[] = [];
  const duplicates: string[] = [];
  const starts = new Map<string, number>();
  const performed = new Map<string, number>();
  for (const printer of stage.printers) {
    const plate = stage.plate(printer);
    for (const file of plate.sentOnto) {
      broken.push(`${file}: a start was sent onto an occupied plate at ${printer.machine}`);
    }
    add(starts, plate.starts);
    add(performed, plate.performed);
    for (const { event, path = "", sha256 } of stage.eventsOf(printer.machine)) {
      const name = path.split("/").at(-1) ?? "";
      if (event === "started" && sha256 !== hashes.get(name)) {
        broken.push(`${name}: other bytes were printed at ${printer.machine}`);
      }
    }
  }
  for (const [file, times] of starts) {
    const wanted = stage.books.wanted.get(file) ?? 0;
    if (times <= wanted) continue;
    const text = `${file}: begun ${times} times, ordered ${wanted}`;
    const excused = performed.get(file) ?? 0;
    if (times - excused > wanted) broken.push(text);
    else duplicates.push(`${text}, ${excused} by a fault`);
  }
  return { broken, duplicates, starts: [...starts.values()].reduce((sum, n) => sum + n, 0) };
}

function add(sums: Map<string, number>, more: ReadonlyMap<string, number>): void {
  for (const [name, times] of more) sums.set(name, (sums.get(name) ?? 0) + times);
}

/** Every copy is there or has an outcome, every attempt but the open one has ended. */
async function judgeStore(
  stage: SoakStage,
): Promise<{ readonly broken: readonly string[]; readonly finished: number }> {
  const store = await openStore({ dir: stage.data, clock: systemClock, logger: silentLogger });
  const { seen, given } = stage.books;
  const broken: string[] = [];
  const there = new Set<string>();
  let finished = 0;
  for (const { id, machine } of stage.printers) {
    const printer = PrinterId.parse(id);
    const queue = store.queues.load(printer, 0);
    for (const copy of queue.copies) there.add(copy.id);
    for (const attempt of queue.undecided) there.add(attempt.copyId);
    if (queue.attempt !== null) there.add(queue.attempt.copyId);
    for (const attempt of ended(store, printer)) {
      if (attempt.endedAt === null) broken.push(`${machine}: ${attempt.id} has no outcome`);
      if (attempt.state !== "finished") continue;
      finished++;
      there.add(attempt.copyId);
    }
  }
  await store.close();
  for (const [copy, file] of seen) {
    if (!there.has(copy) && !given.has(copy)) broken.push(`${file}: copy ${copy} is lost`);
  }
  return { broken, finished };
}

function ended(
  { history }: Awaited<ReturnType<typeof openStore>>,
  printer: PrinterId,
): ReturnType<typeof history.list>["attempts"] {
  const page = history.list({ printer }, 1_000);
  if (page.cursor !== null) throw new Error(`More than 1,000 attempts at ${printer}`);
  return page.attempts;
}
