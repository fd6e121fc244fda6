import { type PrinterView, QueueView } from "#shared/contract/farm.ts";
import { JobQueueStatus } from "#shared/contract/jobQueue.ts";
import { RemoteError } from "#shared/rpc/errors.ts";
import { demoGcode } from "../../../electron/simulator/demoGcode.ts";
import { sha256 } from "../farmDriver.ts";
import type { SoakStage } from "./soakStage.ts";

/** Minutes a print takes on the machine, heating left out. */
export interface PrintLength {
  readonly least: number;
  readonly most: number;
}

/** Millimetres of the square tower; and the minutes one of its layers takes. */
const SHAPES = {
  large: { side: 200, layer: 0.7 },
  small: { side: 40, layer: 0.14 },
} as const;

/** Brings work to the farm as slicers and scripts do, and clears away the files that are done with. */
export class SoakSlicer {
  readonly hashes = new Map<string, string>();
  readonly #stage: SoakStage;
  readonly #length: PrintLength;
  /** File to the printer whose tree it is in. */
  readonly #kept = new Map<string, string>();
  #files = 0;

  constructor(stage: SoakStage, length: PrintLength) {
    this.#stage = stage;
    this.#length = length;
  }

  /** One new file, queued in one of the ways there are. */
  async bring(printer: string): Promise<void> {
    const { dice, farm, books } = this.#stage;
    const name = `part-${`${++this.#files}`.padStart(5, "0")}.gcode`;
    const bytes = this.#part(name);
    this.hashes.set(name, sha256(Buffer.from(bytes)));
    this.#kept.set(name, printer);
    const way = dice.next();
    if (way < 0.2) return this.#uploadAndPrint(printer, name, bytes);
    await farm.upload(printer, name, bytes);
    const copies = dice.chance(0.7) ? 1 : dice.between(2, 3);
    books.want(name, copies);
    if (way < 0.6) {
      const front = dice.chance(0.2);
      const start = dice.chance(0.3);
      const files = [{ filename: name, copies }];
      const asked = { printer, files, front, start };
      await farm.client.ask(QueueView, "farm.queue.post", asked);
    } else {
      await this.post(printer, { filenames: Array.from({ length: copies }, () => name) });
    }
    books.promise(name, copies);
  }

  /** Moonraker's own call, over HTTP. */
  async post(printer: string, body: object): Promise<JobQueueStatus> {
    const address = `${this.#stage.farm.endpoint(printer)}server/job_queue/job`;
    const answer = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    return readAnswer(answer);
  }

  async list(printer: string): Promise<JobQueueStatus> {
    const address = `${this.#stage.farm.endpoint(printer)}server/job_queue/status`;
    return readAnswer(await fetch(address));
  }

  /** A slicer's "Upload and Print". */
  async #uploadAndPrint(printer: string, name: string, bytes: string): Promise<void> {
    const { farm, books } = this.#stage;
    books.want(name, 1);
    const form = new FormData();
    form.append("print", "true");
    form.append("file", new Blob([bytes]), name);
    const address = `${farm.endpoint(printer)}queue/server/files/upload`;
    const answer = await fetch(address, { method: "POST", body: form });
    if (answer.status === 201) books.promise(name, 1);
    else if (answer.status >= 500) throw new Error(`${name}: ${await answer.text()}`);
  }

  /** Deletes what no queue has any more. */
  async tidy(views: readonly PrinterView[]): Promise<void> {
    const needed = new Set(
      views.flatMap(({ queue, current }) => [
        ...queue.rows.map((row) => row.filename),
        ...queue.decisions.map((open) => open.filename),
        ...(current === null ? [] : [current.filename]),
      ]),
    );
    for (const [name, printer] of [...this.#kept].slice(0, -this.#stage.printers.length)) {
      if (needed.has(name)) continue;
      this.#kept.delete(name);
      const address = `${this.#stage.farm.endpoint(printer)}server/files/gcodes/${name}`;
      const { status } = await fetch(address, { method: "DELETE" });
      if (status >= 500) throw new Error(`${name} could not be deleted (${status})`);
    }
  }

  #part(name: string): string {
    const { least, most } = this.#length;
    const minutes = this.#stage.dice.between(least, most);
    const { side, layer } = most < 15 ? SHAPES.small : SHAPES.large;
    const layers = Math.max(1, Math.round(minutes / layer));
    return `; ${name}\n${demoGcode({ layers, side, material: "PETG" })}`;
  }
}

async function readAnswer(answer: Response): Promise<JobQueueStatus> {
  const text = await answer.text();
  if (!answer.ok) throw new RemoteError(answer.status, text);
  const body: unknown = JSON.parse(text);
  return JobQueueStatus.parse(
    typeof body === "object" && body !== null && "result" in body ? body.result : body,
  );
}
