import type { PortView } from "#shared/contract/farmReach.ts";
import type { PrinterId } from "#shared/domain/ids.ts";
import { AppError, messageOf } from "#shared/rpc/errors.ts";
import type { Clock } from "#shared/util/clock.ts";
import type { Disposable } from "#shared/util/disposable.ts";
import { drop } from "#shared/util/drop.ts";
import { Sequencer } from "#shared/util/sequencer.ts";
import type { Farm } from "../engine/farm.ts";
import type { PrinterEndpoint } from "./endpoints.ts";
import type { Listener } from "./listener.ts";
import type { PrinterPort, ReachSettings } from "./reachSettings.ts";

/** Milliseconds until a port that was taken is tried again. */
const RETRY = 15_000;

export interface PrinterPortsParts {
  readonly farm: Pick<Farm, "get" | "onDidChange">;
  readonly reach: ReachSettings;
  /** The address listened on. */
  readonly host: string;
  readonly createListener: (endpoint: PrinterEndpoint) => Listener;
  readonly clock: Clock;
  readonly report: (error: unknown) => void;
}

interface Open {
  readonly listener: Listener;
  readonly problem: string | null;
}

/** Ports at which one printer is the whole server: some clients cannot take a path. */
export class PrinterPorts {
  readonly #parts: PrinterPortsParts;
  readonly #open = new Map<string, Open>();
  readonly #edits = new Sequencer();
  #following: Disposable | undefined;
  #retry: Disposable | undefined;

  constructor(parts: PrinterPortsParts) {
    this.#parts = parts;
  }

  /** Opens what is stored. A port that is taken is no reason to fail: it is shown, and tried again. */
  async start(): Promise<void> {
    const { farm, reach, report } = this.#parts;
    this.#following = farm.onDidChange(({ id }) => {
      if (farm.get(id) === undefined) drop(this.#forget(id), report);
    });
    await this.#edits.run(async () => {
      for (const stored of reach.get().ports) {
        if (farm.get(stored.printer) !== undefined) await this.#tryOpen(stored);
      }
    });
    this.#retryLater();
  }

  async stop(): Promise<void> {
    this.#following?.dispose();
    this.#retry?.dispose();
    await this.#edits.run(async () => {
      for (const { listener } of this.#open.values()) await listener.close();
      this.#open.clear();
    });
  }

  list(): readonly PortView[] {
    return this.#parts.reach.get().ports.map((stored) => ({
      ...stored,
      problem: this.#open.get(keyOf(stored))?.problem ?? null,
    }));
  }

  /** Opens a port and keeps it, 0 = any free one. Rejects with `unavailable`; then all is as before. */
  set(endpoint: PrinterEndpoint, port: number): Promise<void> {
    return this.#edits.run(async () => {
      const key = keyOf({ printer: endpoint.id, endpoint: endpoint.kind });
      const present = this.#open.get(key);
      if (present?.problem === null && present.listener.port === port) return;
      const listener = this.#parts.createListener(endpoint);
      const given = await listener.listen(this.#parts.host, port);
      if (present?.problem === null) await present.listener.close();
      this.#open.set(key, { listener, problem: null });
      const stored = { printer: endpoint.id, endpoint: endpoint.kind, port: given };
      await this.#parts.reach.change((reach) => ({
        ...reach,
        ports: [...reach.ports.filter((other) => keyOf(other) !== key), stored],
      }));
    });
  }

  /** Closes the port. Rejects with `not_found`. */
  remove(endpoint: PrinterEndpoint): Promise<void> {
    const key = keyOf({ printer: endpoint.id, endpoint: endpoint.kind });
    return this.#edits.run(async () => {
      if (!this.#parts.reach.get().ports.some((stored) => keyOf(stored) === key)) {
        throw new AppError("not_found", "This endpoint has no port of its own.");
      }
      await this.#remove((stored) => keyOf(stored) === key);
    });
  }

  #forget(printer: PrinterId): Promise<void> {
    return this.#edits.run(() => this.#remove((stored) => stored.printer === printer));
  }

  async #remove(is: (stored: PrinterPort) => boolean): Promise<void> {
    const { ports } = this.#parts.reach.get();
    if (!ports.some(is)) return;
    await this.#parts.reach.change((reach) => ({
      ...reach,
      ports: reach.ports.filter((stored) => !is(stored)),
    }));
    for (const key of ports.filter(is).map(keyOf)) {
      await this.#close(key);
    }
  }

  async #close(key: string): Promise<void> {
    const open = this.#open.get(key);
    this.#open.delete(key);
    if (open?.problem === null) await open.listener.close();
  }

  async #tryOpen(stored: PrinterPort): Promise<void> {
    const { printer: id, endpoint: kind, port } = stored;
    const listener = this.#parts.createListener({ kind, id });
    try {
      await listener.listen(this.#parts.host, port);
      this.#open.set(keyOf(stored), { listener, problem: null });
    } catch (error) {
      this.#open.set(keyOf(stored), { listener, problem: messageOf(error) });
    }
  }

  #retryLater(): void {
    const { clock, reach, farm, report } = this.#parts;
    this.#retry = clock.setTimer(RETRY, () => {
      const again = this.#edits.run(async () => {
        for (const stored of reach.get().ports) {
          const isClosed = this.#open.get(keyOf(stored))?.problem !== null;
          if (isClosed && farm.get(stored.printer) !== undefined) await this.#tryOpen(stored);
        }
      });
      drop(again, report);
      this.#retryLater();
    });
  }
}

function keyOf({ printer, endpoint }: Pick<PrinterPort, "printer" | "endpoint">): string {
  return `${printer}/${endpoint}`;
}
