import { FilelistChanged } from "#shared/contract/files.ts";
import type { KlippyState } from "#shared/contract/server.ts";
import type { PrinterId } from "#shared/domain/ids.ts";
import type { Clock } from "#shared/util/clock.ts";
import { type Disposable, DisposableStore } from "#shared/util/disposable.ts";
import { drop } from "#shared/util/drop.ts";
import type { PrinterObjects } from "#shared/util/mergeStatus.ts";
import type { Farm, FarmPrinter } from "../engine/farm.ts";
import type { QueueChange } from "../engine/queueEngine.ts";
import type { Library, LibraryFile } from "../library/library.ts";
import { trueKlippyState } from "./endpointStatus.ts";
import { fileMetadata, filelistChange } from "./fileItems.ts";
import type { FollowedObjects } from "./followedObjects.ts";
import type { GcodeArchives } from "./gcodeArchives.ts";
import { PRINTER_FOLDER, type PrinterFiles, STAGING } from "./printerFiles.ts";
import { queueChangedText, type QueueTexts } from "./queueTexts.ts";
import { notificationText, relayedText, type Session } from "./session.ts";
import type { StagedNames } from "./stagedNames.ts";

/** Milliseconds a queue's notification waits, as on Moonraker: the caller's answer comes first. */
const QUEUE_DELAY = 50;
/** Milliseconds between signs of life; some clients close a socket that was silent for 10 s. */
const ALIVE_INTERVAL = 5000;

export interface NotifierParts {
  readonly farm: Farm;
  readonly library: Pick<
    Library,
    "onDidChange" | "onDidParse" | "list" | "metadata" | "whenParsed"
  >;
  readonly clock: Clock;
  readonly sessions: () => Iterable<Session>;
  readonly stagedNames: StagedNames;
  readonly queueTexts: QueueTexts;
  readonly followed: FollowedObjects;
  readonly printerFiles: PrinterFiles;
  readonly archives: Pick<GcodeArchives, "onDidChange">;
  readonly report: (error: unknown) => void;
}

/** Tells clients what happens, each only what its endpoint is about. */
export class Notifier {
  readonly #parts: NotifierParts;
  /** Queue news on their way: sent a moment after the answer, never after the stop. */
  readonly #delayed = new Set<Disposable>();
  readonly #subscriptions = new DisposableStore();
  readonly #attached = new Map<PrinterId, { printer: FarmPrinter; store: DisposableStore }>();
  #alive: Disposable | undefined;

  constructor(parts: NotifierParts) {
    this.#parts = parts;
  }

  start(): void {
    const { farm, library, archives } = this.#parts;
    for (const printer of farm.printers) this.#attach(printer);
    this.#subscriptions.add(
      farm.onDidChangeQueue(({ id, change }) => this.#queueChanged(id, change)),
    );
    this.#subscriptions.add(
      farm.onDidChange(({ id, revision, view }) => {
        this.#follow(id);
        this.#toWatchers(() =>
          notificationText("notify_farm_changed", [{ revision, id, printer: view }]),
        );
      }),
    );
    this.#subscriptions.add(
      farm.onDidChangeLive((live) =>
        this.#toWatchers(() => notificationText("notify_farm_live", [[...live]])),
      ),
    );
    this.#subscriptions.add(
      archives.onDidChange(({ printer: id, change }) =>
        this.#toPrinter(id, (printer) =>
          notificationText("notify_filelist_changed", [
            printer === undefined ? change : { ...change, printer },
          ]),
        ),
      ),
    );
    this.#subscriptions.add(
      library.onDidChange((change) => {
        const [tree, changed] = filelistChange(change);
        if (tree === "farm:") return;
        this.#toPrinter(tree, (printer) =>
          notificationText("notify_filelist_changed", [
            printer === undefined ? changed : { ...changed, printer },
          ]),
        );
        // Bytes that are known already are not read again; under this name they are news all the same.
        if (change.kind !== "created" && change.kind !== "replaced") return;
        if (library.metadata(change.file.content) === undefined) return;
        drop(this.#tellMetadata(tree, change.file), this.#parts.report);
      }),
    );
    this.#subscriptions.add(
      library.onDidParse((content) => {
        for (const { id } of farm.printers) {
          for (const file of library.list(id)) {
            if (file.content === content) drop(this.#tellMetadata(id, file), this.#parts.report);
          }
        }
      }),
    );
    this.#keepAlive();
  }

  async #tellMetadata(id: PrinterId, file: LibraryFile): Promise<void> {
    const known = await this.#parts.library.whenParsed(file.content);
    const text = notificationText("notify_metadata_update", [fileMetadata(file, known)]);
    this.#toPrinter(id, (printer) => (printer === undefined ? text : null));
  }

  stop(): void {
    this.#alive?.dispose();
    for (const timer of this.#delayed) timer.dispose();
    this.#delayed.clear();
    this.#subscriptions.dispose();
    for (const { store } of this.#attached.values()) store.dispose();
    this.#attached.clear();
  }

  /** A line of g-code output for the clients of a printer. */
  tellConsole(id: PrinterId, line: string): void {
    const text = notificationText("notify_gcode_response", [line]);
    this.#toPrinter(id, (printer) => (printer === undefined ? text : null));
  }

  /** Listens to a printer's link; a printer moved to another address has a new one. */
  #follow(id: PrinterId): void {
    const printer = this.#parts.farm.get(id);
    const attached = this.#attached.get(id);
    if (attached?.printer === printer) return;
    attached?.store.dispose();
    this.#attached.delete(id);
    if (printer !== undefined) this.#attach(printer);
  }

  #attach(printer: FarmPrinter): void {
    const { stagedNames } = this.#parts;
    const { id, link } = printer;
    const store = new DisposableStore();
    this.#attached.set(id, { printer, store });
    stagedNames.learn(printer);
    let klippy = trueKlippyState(link.state);
    store.add(
      link.onDidChangeState((state) => {
        const before = klippy;
        klippy = trueKlippyState(state);
        if (klippy !== before) this.#klippyChanged(id, klippy);
      }),
    );
    store.add(
      link.onDidChangeStatus(({ delta, eventtime }) => {
        let translated: PrinterObjects | undefined;
        for (const { subscription } of this.#parts.sessions()) {
          if (subscription?.printer !== id) continue;
          translated ??= stagedNames.translateStatus(id, delta);
          subscription.push(translated, eventtime);
        }
      }),
    );
    store.add(
      link.onDidReceiveGcode((line) => this.tellConsole(id, stagedNames.translate(id, line))),
    );
    store.add(link.onDidNotify(({ method, params }) => this.#relay(id, method, params)));
  }

  /** What the printer's own Moonraker announces and we do not announce ourselves. */
  #relay(id: PrinterId, method: string, params: readonly unknown[]): void {
    if (!method.startsWith("notify_") || SAID_BY_US.has(method)) return;
    if (method === "notify_filelist_changed") return this.#printerFilesChanged(id, params[0]);
    const translated = this.#parts.stagedNames.translateAll(id, params);
    const text = relayedText(method, Array.isArray(translated) ? translated : []);
    this.#toPrinter(id, (printer) => (printer === undefined ? text : null));
  }

  /** Its other roots are as it says; its g-code appears in a folder of ours. */
  #printerFilesChanged(id: PrinterId, change: unknown): void {
    const parsed = FilelistChanged.safeParse(change);
    if (!parsed.success) return;
    const { item, source_item: source } = parsed.data;
    const inGcodes = item.root === "gcodes" || source?.root === "gcodes";
    if (inGcodes) this.#parts.printerFiles.expire(id);
    if (inGcodes && `${item.path}/`.startsWith(STAGING)) return;
    const shown = { ...parsed.data, item: shownItem(item) };
    const text = notificationText("notify_filelist_changed", [
      source === undefined ? shown : { ...shown, source_item: shownItem(source) },
    ]);
    this.#toPrinter(id, (printer) => (printer === undefined ? text : null));
  }

  /** Subscriptions end with the Klippy they were made to, as on Moonraker. */
  #klippyChanged(id: PrinterId, klippy: KlippyState): void {
    if (klippy === "disconnected") {
      for (const session of this.#parts.sessions()) {
        if (session.subscription?.printer === id) session.subscribe(null);
      }
    }
    const name = KLIPPY_NOTIFICATIONS[klippy];
    if (name === null) return;
    const text = notificationText(name, []);
    this.#toPrinter(id, (printer, session) =>
      printer === undefined && session.endpoint.kind !== "queue" ? text : null,
    );
  }

  #queueChanged(id: PrinterId, change: QueueChange): void {
    const { farm, stagedNames, clock } = this.#parts;
    const printer = farm.get(id);
    if (printer !== undefined) stagedNames.learn(printer);
    if (change.wire.length === 0 && change.consoleLine === null) return;
    const at = clock.now();
    const timer = clock.setTimer(QUEUE_DELAY, () => {
      this.#delayed.delete(timer);
      for (const line of change.wire) this.#sendQueue(id, line, at);
      if (change.consoleLine !== null) this.tellConsole(id, change.consoleLine);
    });
    this.#delayed.add(timer);
  }

  #sendQueue(id: PrinterId, line: QueueChange["wire"][number], at: number): void {
    const { clock, queueTexts } = this.#parts;
    const now = clock.monotonic();
    this.#toPrinter(
      id,
      (printer) => queueChangedText(queueTexts, line, at, printer),
      (session) => {
        if (line.copies !== null) session.lists.of(id).remember(line.copies, now);
      },
    );
  }

  /**
   * Sends to everyone a printer's news concern: its own endpoints and, for the default printer, the root.
   * Root clients that know of several printers hear of the others too, with the printer's id. `text` is
   * asked once for each of the two forms.
   */
  #toPrinter(
    id: PrinterId,
    text: (printer: PrinterId | undefined, session: Session) => string | null,
    sent: (session: Session) => void = () => {},
  ): void {
    const isDefault = this.#parts.farm.defaultPrinter?.id === id;
    // As bytes: a text would be encoded anew for each client.
    const made = new Map<string, Buffer | null>();
    for (const session of this.#parts.sessions()) {
      const { endpoint } = session;
      const own = endpoint.kind === "farm" ? isDefault : endpoint.id === id;
      if (!own && !(endpoint.kind === "farm" && session.joinedFarm)) continue;
      const form = `${endpoint.kind}:${own}`;
      if (!made.has(form)) made.set(form, bytesOf(text(own ? undefined : id, session)));
      const frame = made.get(form) ?? null;
      if (frame === null) continue;
      session.send(frame);
      sent(session);
    }
  }

  /** `text` is asked once, and not at all while nobody watches. */
  #toWatchers(text: () => string): void {
    let frame: Buffer | undefined;
    for (const session of this.#parts.sessions()) {
      if (!session.watchesFarm) continue;
      frame ??= Buffer.from(text());
      session.send(frame);
    }
  }

  #keepAlive(): void {
    const { clock, sessions, farm, followed, report } = this.#parts;
    this.#alive = clock.setTimer(ALIVE_INTERVAL, () => {
      const stats = { moonraker_stats: { time: clock.now() / 1000, mem_units: "kB" } };
      const text = notificationText("notify_proc_stat_update", [stats]);
      for (const session of sessions()) session.send(text);
      for (const printer of farm.printers) drop(followed.tidy(printer), report);
      this.#keepAlive();
    });
  }
}

function bytesOf(text: string | null): Buffer | null {
  return text === null ? null : Buffer.from(text);
}

/** An item of the printer's disk under the name it has in our tree. */
function shownItem<T extends { readonly path: string; readonly root: string }>(item: T): T {
  return item.root === "gcodes" ? { ...item, path: PRINTER_FOLDER + item.path } : item;
}

/** Our queue, our files, and the printer's status as each client asked for it. */
const SAID_BY_US: ReadonlySet<string> = new Set([
  "notify_status_update",
  "notify_klippy_ready",
  "notify_klippy_shutdown",
  "notify_klippy_disconnected",
  "notify_gcode_response",
  "notify_job_queue_changed",
  "notify_metadata_update",
  "notify_user_created",
  "notify_user_deleted",
  "notify_user_logged_out",
]);

const KLIPPY_NOTIFICATIONS = {
  ready: "notify_klippy_ready",
  shutdown: "notify_klippy_shutdown",
  disconnected: "notify_klippy_disconnected",
  startup: null,
  error: null,
} as const;
