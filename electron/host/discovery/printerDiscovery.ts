import type { NetworkInterfaceInfo } from "node:os";
import type { TestedPrinter } from "#shared/contract/farm.ts";
import { messageOf } from "#shared/rpc/errors.ts";
import { type Clock, sleep } from "#shared/util/clock.ts";
import type { Disposable } from "#shared/util/disposable.ts";
import { drop } from "#shared/util/drop.ts";
import type { Logger } from "../log/logger.ts";
import { type Announcement, readAnnouncement } from "./announcement.ts";
import type { Discovered, Discovery, DiscoveryState, SearchOptions } from "./discovery.ts";
import { hostAddresses, localNetworks } from "./subnet.ts";

/** Moonraker's own port. */
const PORT = 7125;
/** Milliseconds that announcements are listened for. */
const LISTEN = 6_000;
/** Connections tried at a time: enough for a network in seconds, few enough for a home router. */
const AT_ONCE = 48;

export interface DiscoveryParts {
  /** Asks for `_moonraker._tcp` services and hands over what answers, until disposed. May throw. */
  readonly browse: (onService: (service: unknown) => void) => Disposable;
  /** Whether something listens there; rejects never, takes no longer than about a second. */
  readonly isListening: (host: string, port: number, signal: AbortSignal) => Promise<boolean>;
  readonly test: (address: string) => Promise<TestedPrinter>;
  readonly interfaces: () => Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;
  readonly clock: Clock;
  readonly logger: Logger;
}

const NOTHING: DiscoveryState = { running: false, done: 0, total: 0, found: [], problems: [] };

/** One search at a time, by announcements and by asking addresses. */
export class PrinterDiscovery implements Discovery {
  readonly #parts: DiscoveryParts;
  #state = NOTHING;
  #search = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(parts: DiscoveryParts) {
    this.#parts = parts;
  }

  get state(): DiscoveryState {
    return this.#state;
  }

  networks(): ReturnType<Discovery["networks"]> {
    return localNetworks(this.#parts.interfaces());
  }

  start(options: SearchOptions): void {
    const addresses = hostAddresses(options.networks);
    this.cancel();
    const search = new AbortController();
    this.#search = search;
    this.#state = { ...NOTHING, running: true, total: addresses.length };
    this.#running = this.#run(options, addresses, search.signal);
    drop(this.#running, (error) =>
      this.#parts.logger.error("a search for printers failed", { error: messageOf(error) }),
    );
  }

  cancel(): void {
    this.#search.abort();
    this.#state = { ...this.#state, running: false };
  }

  async stop(): Promise<void> {
    this.cancel();
    await this.#running;
  }

  async #run(
    options: SearchOptions,
    addresses: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    /** Addresses taken up, so that a printer that is announced and probed is tested once. */
    const seen = new Set<string>();
    await Promise.all([
      options.announcements ? this.#listen(seen, signal) : undefined,
      this.#probe(addresses, seen, signal),
    ]);
    if (!signal.aborted) this.#state = { ...this.#state, running: false };
  }

  async #listen(seen: Set<string>, signal: AbortSignal): Promise<void> {
    const tests: Promise<void>[] = [];
    try {
      const browser = this.#parts.browse((service) => {
        const announced = readAnnouncement(service);
        if (announced !== undefined) tests.push(this.#test(announced, "mdns", seen, signal));
      });
      await sleep(this.#parts.clock, LISTEN, signal);
      browser.dispose();
    } catch (error) {
      this.#report(`Announcements cannot be heard (${messageOf(error)}).`, signal);
    }
    await Promise.all(tests);
  }

  async #probe(
    addresses: readonly string[],
    seen: Set<string>,
    signal: AbortSignal,
  ): Promise<void> {
    const waiting = addresses.values();
    const worker = async (): Promise<void> => {
      for (const host of waiting) {
        if (signal.aborted) return;
        if (await this.#parts.isListening(host, PORT, signal)) {
          const address = `${host}:${PORT}`;
          await this.#test({ address, name: host }, "probe", seen, signal);
        }
        if (!signal.aborted) this.#state = { ...this.#state, done: this.#state.done + 1 };
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }

  async #test(
    { address, name }: Announcement,
    source: Discovered["source"],
    seen: Set<string>,
    signal: AbortSignal,
  ): Promise<void> {
    if (seen.has(address) || signal.aborted) return;
    seen.add(address);
    const tested = await this.#parts.test(address);
    // Something else may listen on that port; what announces itself as Moonraker is shown with its fault.
    const foreign = !tested.ok && tested.reason !== "unauthorized";
    if (signal.aborted || (source === "probe" && foreign)) return;
    const called = source === "probe" && tested.ok ? (tested.name ?? name) : name;
    const found = [...this.#state.found, { address, name: called, source, tested }];
    this.#state = { ...this.#state, found };
  }

  #report(problem: string, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#state = { ...this.#state, problems: [...this.#state.problems, problem] };
  }
}
