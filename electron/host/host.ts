import { join } from "node:path";
import { type ContentHash, createIdSource } from "#shared/domain/ids.ts";
import type { Printer } from "#shared/domain/printer.ts";
import { STAGE_RATE_KEY, stageRateOf } from "#shared/domain/stageRate.ts";
import { messageOf } from "#shared/rpc/errors.ts";
import { assertNever } from "#shared/util/assertNever.ts";
import type { Clock } from "#shared/util/clock.ts";
import type { Disposable } from "#shared/util/disposable.ts";
import { drop } from "#shared/util/drop.ts";
import type { Checkpoint } from "./engine/checkpoints.ts";
import { expectedOf } from "./engine/expected.ts";
import { LEASE_TIMES, type LeaseTimes } from "./engine/leaseMachine.ts";
import type { FarmPrinter } from "./engine/farm.ts";
import { PrinterFarm } from "./engine/printerFarm.ts";
import { answerKey, LeasedMaster } from "./engine/printerMaster.ts";
import { createQueueEngine } from "./engine/queueEngineShell.ts";
import type { MachineFit } from "./engine/wrongMachine.ts";
import { hostIdentity, seatOf } from "./hostIdentity.ts";
import { announceInLocalNetwork, localNetworkPorts } from "./discovery/localNetworkPorts.ts";
import { PrinterDiscovery } from "./discovery/printerDiscovery.ts";
import { openLibrary } from "./library/openLibrary.ts";
import { createPrinterStager } from "./library/printerStager.ts";
import { StagedManifests } from "./library/stagedManifest.ts";
import { klipperAddress, klipperFolder } from "./link/klipperAddress.ts";
import { createKlipperLink } from "./link/klipperLink.ts";
import { testKlipper } from "./link/klipperProbe.ts";
import { moonrakerAddress } from "./link/moonrakerAddress.ts";
import { createMoonrakerLink } from "./link/moonrakerLink.ts";
import { testPrinter } from "./link/moonrakerProbe.ts";
import type { PrinterLink } from "./link/printerLink.ts";
import type { Logger } from "./log/logger.ts";
import { createApiServer } from "./server/apiServer.ts";
import { cleanPrinters } from "./stagedCleaner.ts";
import { openStore } from "./store/openStore.ts";
import type { StoredQueue } from "./store/queueStore.ts";
import { FarmWebhooks } from "./webhooks/farmWebhooks.ts";

/** Milliseconds between two sweeps for contents that neither a name nor a queue needs. */
const SWEEP_INTERVAL = 3_600_000;

export interface HostOptions {
  readonly dataDir: string;
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  /** The built board; null serves a page that says how to build it. */
  readonly staticDir: string | null;
  /** Origins of pages besides our own that may control printers: the board's dev server. */
  readonly allowedOrigins?: readonly string[];
  /** At least this many simulated printers exist after the start. */
  readonly simulate: number;
  readonly simulated: SimulatedSeats;
  readonly version: string;
  readonly logger: Logger;
  readonly clock: Clock;
  /**
   * The time of deadlines and signs of life that wait for another computer, of printers and of clients;
   * `clock` unless given. It may run slower where `clock` is a fast one that no network keeps up with.
   */
  readonly networkClock?: Clock;
  /** The metadata worker, as source or as bundled. */
  readonly workerUrl: URL;
  /** Called by the engines between persisting, acting and announcing; `noCheckpoint` but in tests that kill there. */
  readonly checkpoint: Checkpoint;
  /** How the right to start prints is kept; `LEASE_TIMES` unless given. */
  readonly leaseTimes?: LeaseTimes;
}

/** The host's own simulated printers, told apart by their seat. */
export interface SimulatedSeats {
  /** Where it listens; it is started on demand. */
  addressOf(seat: number): Promise<string>;
  nameOf(seat: number): string;
}

/** The farm host: engines, store, library and API server. */
export interface Host {
  /** Resolves when the API answers. Rejects with one clear sentence; then nothing is left open. */
  start(): Promise<{ readonly url: string; readonly port: number }>;
  /** Ends cleanly: commands under way finish, prints go on without us. */
  stop(): Promise<void>;
  /** The computer woke up or changed its network: every link tries now instead of at its next retry. */
  reconnectNow(): void;
  /** Names of the printers to which a start was sent that nobody knows yet to have happened or not. */
  starting(): readonly string[];
  /** From this moment no printer is started, until it is let go again: what is on its way can be waited for. */
  holdStarts(held: boolean): void;
}

/** The composition root: the only place that knows concrete classes. */
export function createHost(options: HostOptions): Host {
  /** Undo of every step taken, run in reverse. */
  const opened: (() => Promise<void>)[] = [];
  let printers = (): readonly FarmPrinter[] => [];

  async function stop(): Promise<void> {
    for (const close of opened.splice(0).reverse()) await close();
  }

  async function start(): Promise<{ url: string; port: number }> {
    const { clock, logger, dataDir, networkClock = clock } = options;
    const store = await openStore({ dir: dataDir, clock, logger: logger.child("store") });
    opened.push(() => store.close());
    const library = await openLibrary({
      dir: join(dataDir, "library"),
      index: store.library,
      clock,
      logger: logger.child("library"),
      workerUrl: options.workerUrl,
    });
    opened.push(() => library.close());

    const random = Math.random;
    const manifests = new StagedManifests(store.settings);
    const stager = createPrinterStager({
      library,
      manifests,
      clock,
      random,
      rate: () => stageRateOf(store.settings.get(STAGE_RATE_KEY)),
      logger: logger.child("stager"),
    });
    const ids = createIdSource(() => clock.now(), store.queues.highestId());
    const createLink = (printer: Printer, { attempt, lastSeen }: StoredQueue): PrinterLink => {
      const { link } = printer;
      const common = {
        clock: networkClock,
        random,
        logger: logger.child(`link:${printer.id}`),
        clientVersion: options.version,
        previousProcess: attempt?.baseline?.klippyProcess ?? lastSeen?.klippyProcess ?? null,
      };
      switch (link.kind) {
        case "klipper":
          return createKlipperLink({
            ...common,
            resolveSocket: () => Promise.resolve(link.socket),
            folder: link.folder,
          });
        case "moonraker":
          return createMoonrakerLink({
            ...common,
            resolveUrl: () => Promise.resolve(link.url),
            apiKey: link.apiKey,
          });
        case "simulated":
          return createMoonrakerLink({
            ...common,
            resolveUrl: () => options.simulated.addressOf(link.seat),
            apiKey: null,
          });
        default:
          return assertNever(link, "link");
      }
    };
    const self = await hostIdentity(store.settings);
    const farm: PrinterFarm = new PrinterFarm({
      printers: store.printers,
      queues: store.queues,
      settings: store.settings,
      library,
      clock,
      logger: logger.child("farm"),
      createLink,
      createMaster: (printer, link) =>
        new LeasedMaster({
          printer: printer.id,
          link,
          mayHaveQueue: printer.link.kind !== "klipper",
          settings: store.settings,
          self: seatOf(self, printer.id),
          times: options.leaseTimes ?? LEASE_TIMES,
          clock,
          logger: logger.child(`lease:${printer.id}`),
        }),
      createEngine: (printer, link, master, stored) =>
        createQueueEngine({
          printer: printer.id,
          stored,
          options: printer.options,
          store: store.queues,
          link,
          stager,
          master,
          clock,
          ids,
          logger: logger.child(`engine:${printer.id}`),
          checkpoint: options.checkpoint,
          expected: (content) => {
            const metadata = library.metadata(content);
            return metadata === undefined ? null : expectedOf(metadata);
          },
          machineCheck: {
            now: (content): string | null => contradiction(farm.get(printer.id)?.fitOf(content)),
            whenKnown: async (content): Promise<string | null> =>
              contradiction(await farm.get(printer.id)?.fitWhenKnown(content)),
          },
        }),
      forgetMachine: async (printer) => {
        await store.settings.set(answerKey(printer), undefined);
        await manifests.forget(printer);
      },
      probe: (target) =>
        target.kind === "klipper"
          ? testKlipper(target.address, target.folder, networkClock)
          : testPrinter(target.address, target.apiKey),
      normaliseAddress: moonrakerAddress,
      normaliseKlipper: (socket, folder) => ({
        socket: klipperAddress(socket),
        folder: klipperFolder(folder),
      }),
      simulatedName: (seat) => options.simulated.nameOf(seat),
    });
    farm.start();
    opened.push(() => farm.stop());
    printers = () => farm.printers;
    await addSimulated(farm, options.simulate);

    const discovery = new PrinterDiscovery({
      ...localNetworkPorts,
      test: (address) => testPrinter(address, null),
      clock,
      logger: logger.child("discovery"),
    });
    opened.push(() => discovery.stop());
    const webhooks = new FarmWebhooks({
      farm,
      history: store.history,
      settings: store.settings,
      clock,
      random,
      logger: logger.child("webhooks"),
    });
    webhooks.start();
    opened.push(() => webhooks.stop());
    const server = createApiServer({
      farm,
      webhooks,
      library,
      settings: store.settings,
      history: store.history,
      accessJournal: store.access,
      discovery,
      announce: announceInLocalNetwork,
      backups: store.backups,
      dataDir,
      archiveDir: join(dataDir, "archives"),
      memoryDir: join(dataDir, "memory"),
      clock,
      networkClock,
      logger: logger.child("server"),
      version: options.version,
      host: options.host,
      port: options.port,
      staticDir: options.staticDir,
      allowedOrigins: options.allowedOrigins ?? [],
      storeNotice: store.notice,
    });
    const address = await server.start();
    opened.push(() => server.stop());
    farm.connect();

    const sweeper = startSweeping(clock, SWEEP_INTERVAL, () => {
      // What undo could bring back is needed too: a copy without its bytes would be a lost job.
      const ofEdits = farm.printers.flatMap(({ engine }) => [...engine.contentsOfEdits]);
      const needed = new Set([...store.queues.contentsInUse(), ...ofEdits]);
      const sweep = library.collectGarbage(needed);
      drop(sweep, (error) => logger.warn("sweep failed", { error: messageOf(error) }));
      const contentsInUse = (): ReadonlySet<ContentHash> => store.queues.contentsInUse();
      const clean = cleanPrinters({
        farm,
        manifests,
        contentsInUse,
        clock,
        logger: logger.child("cleaner"),
      });
      drop(clean, (error) => logger.warn("cleaning failed", { error: messageOf(error) }));
    });
    opened.push(async () => sweeper.dispose());
    return address;
  }

  return {
    async start() {
      try {
        return await start();
      } catch (error) {
        await stop();
        throw error;
      }
    },
    stop,
    reconnectNow: () => printers().forEach(({ link }) => link.reconnectNow()),
    starting: () =>
      printers()
        .filter((seat) => seat.view().queue.state === "starting")
        .map(({ printer }) => printer.name),
    holdStarts: (held) => printers().forEach(({ engine }) => engine.holdStarts(held)),
  };
}

function contradiction(fit: MachineFit | undefined): string | null {
  return fit?.verdict === "wrong" ? fit.text : null;
}

async function addSimulated(farm: PrinterFarm, wanted: number): Promise<void> {
  const present = farm.printers.filter(({ printer }) => printer.link.kind === "simulated").length;
  for (let n = present; n < wanted; n++) {
    await farm.add({ name: undefined, link: { kind: "simulated" }, options: {}, tags: [] });
  }
}

function startSweeping(clock: Clock, interval: number, sweep: () => void): Disposable {
  let timer: Disposable;
  const next = (): void => {
    timer = clock.setTimer(interval, () => {
      sweep();
      next();
    });
  };
  next();
  return { dispose: () => timer.dispose() };
}
