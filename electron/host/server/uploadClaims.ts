import type { ContentHash, PrinterId } from "#shared/domain/ids.ts";
import type { Clock } from "#shared/util/clock.ts";
import type { Endpoint } from "./endpoints.ts";

/** Milliseconds in which a slicer that was told to print sends its second request. */
const OPEN_FOR = 120_000;
/** Bound of memory; the oldest goes first. */
const MOST = 1000;

/**
 * Some slicers upload with `print=true` and then also send `printer.print.start` for the same file. The
 * upload has queued or started the print already; its claim makes the second request the same wish.
 */
export class UploadClaims {
  readonly #clock: Clock;
  /** Key -> monotonic milliseconds until which each of its claims is open, oldest first. */
  readonly #open = new Map<string, readonly number[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** An upload has queued or started this content under this name. */
  open(endpoint: Endpoint, printer: PrinterId, name: string, content: ContentHash): void {
    const key = keyOf(endpoint, printer, name, content);
    const others = this.#openAt(key).slice(1 - MOST);
    this.#open.delete(key);
    this.#open.set(key, [...others, this.#clock.monotonic() + OPEN_FOR]);
    const oldest = this.#open.keys().next();
    if (this.#open.size > MOST && oldest.done !== true) this.#open.delete(oldest.value);
  }

  /** Whether a start is the second half of such an upload; each upload's claim is good for one. */
  use(endpoint: Endpoint, printer: PrinterId, name: string, content: ContentHash): boolean {
    const key = keyOf(endpoint, printer, name, content);
    const [used, ...others] = this.#openAt(key);
    if (others.length === 0) this.#open.delete(key);
    else this.#open.set(key, others);
    return used !== undefined;
  }

  #openAt(key: string): readonly number[] {
    const now = this.#clock.monotonic();
    return (this.#open.get(key) ?? []).filter((until) => until > now);
  }
}

function keyOf({ kind }: Endpoint, printer: PrinterId, name: string, content: string): string {
  return JSON.stringify([kind, printer, name.normalize("NFC"), content]);
}
