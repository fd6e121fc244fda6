import { join } from "node:path";
import { Readable } from "node:stream";
import type { PrinterId } from "#shared/domain/ids.ts";
import type { Printer } from "#shared/domain/printer.ts";
import { systemClock } from "#shared/util/clock.ts";
import type { FarmPrinter } from "../../electron/host/engine/farm.ts";
import { PrinterFarm } from "../../electron/host/engine/printerFarm.ts";
import type { Library } from "../../electron/host/library/library.ts";
import { silentLogger } from "../../electron/host/log/logger.ts";
import { createApiServer, type ApiServerOptions } from "../../electron/host/server/apiServer.ts";
import { PrinterDiscovery } from "../../electron/host/discovery/printerDiscovery.ts";
import { SqliteAccessJournal } from "../../electron/host/store/sqliteAccessJournal.ts";
import { SqliteHistoryStore } from "../../electron/host/store/sqliteHistoryStore.ts";
import type { SettingsStore } from "../../electron/host/store/settingsStore.ts";
import { FarmWebhooks } from "../../electron/host/webhooks/farmWebhooks.ts";
import { FakePrinterLink } from "./fakePrinterLink.ts";
import { FakeQueueEngine } from "./fakeQueueEngine.ts";
import { FakeQueueStore } from "./fakeQueueStore.ts";
import { SoleMaster } from "./soleMaster.ts";
import type { StoreContext } from "../../electron/host/store/quarantine.ts";
import { storeContext } from "./storeContext.ts";
import { openTestLibrary, ROOMY, TINY_GCODE } from "./openTestLibrary.ts";

/** A server of the API over real sockets, whose printers and queues are played by the test. */
export interface ApiHarness {
  /** Root address with a trailing slash. */
  readonly url: string;
  readonly farm: PrinterFarm;
  readonly library: Library;
  readonly settings: SettingsStore;
  /** The store behind the history, for tests that put attempts there. */
  readonly context: StoreContext;
  addPrinter(name: string): Promise<HarnessPrinter>;
  /** Puts a small file into a printer's library. */
  putFile(printer: PrinterId, path: string, bytes?: string): Promise<void>;
  stop(): Promise<void>;
}

export interface HarnessPrinter {
  readonly id: PrinterId;
  readonly link: FakePrinterLink;
  readonly engine: FakeQueueEngine;
}

export async function startApiHarness(
  options: Partial<ApiServerOptions> = {},
): Promise<ApiHarness> {
  const opened = await openTestLibrary();
  const { library } = opened;
  const settings = memorySettings();
  const context = storeContext();
  const history = new SqliteHistoryStore(context);
  const parts = new Map<PrinterId, HarnessPrinter>();
  const farm = new PrinterFarm({
    ...memoryPrinters(),
    settings,
    library,
    clock: systemClock,
    logger: silentLogger,
    createLink: ({ id }) => {
      const printer = { id, link: new FakePrinterLink(), engine: new FakeQueueEngine(id) };
      parts.set(id, printer);
      return printer.link;
    },
    createEngine: ({ id }) => partsOf(id).engine,
    createMaster: () => new SoleMaster(),
    forgetMachine: () => Promise.resolve(),
    probe: () =>
      Promise.resolve({ ok: false, reason: "unreachable", message: "there is no network here" }),
    normaliseKlipper: (socket, folder) => ({ socket, folder }),
    normaliseAddress: (address) => `http://${address}`,
    simulatedName: (seat) => `Simulated ${seat + 1}`,
  });
  const partsOf = (id: PrinterId): HarnessPrinter => {
    const printer = parts.get(id);
    if (printer === undefined) throw new Error(`no printer ${id}`);
    return printer;
  };
  farm.start();
  const webhooks = new FarmWebhooks({
    farm,
    history,
    settings,
    clock: systemClock,
    random: Math.random,
    logger: silentLogger,
  });
  webhooks.start();
  const server = createApiServer({
    farm,
    library,
    settings,
    history,
    accessJournal: new SqliteAccessJournal(context),
    discovery: new PrinterDiscovery({
      ...noNetwork,
      test: (address) => farm.test({ kind: "moonraker", address, apiKey: null }),
      clock: systemClock,
      logger: silentLogger,
    }),
    announce: () => ({ dispose: () => {} }),
    backups: null,
    webhooks,
    dataDir: "/data/nextplate",
    archiveDir: join(opened.dir, "archives"),
    memoryDir: join(opened.dir, "memory"),
    clock: systemClock,
    logger: silentLogger,
    version: "0.0.0-test",
    host: "127.0.0.1",
    port: 0,
    staticDir: null,
    storeNotice: null,
    ...options,
  });
  const { url } = await server.start();
  return {
    url,
    farm,
    library,
    settings,
    context,
    async addPrinter(name) {
      const added: FarmPrinter = await farm.add({
        name,
        link: { kind: "moonraker", url: `${name}.test`, apiKey: null },
        options: {},
        tags: [],
      });
      return partsOf(added.id);
    },
    async putFile(printer, path, bytes = TINY_GCODE) {
      await library.intake(printer, path, Readable.from([Buffer.from(bytes)]), ROOMY);
    },
    async stop() {
      await server.stop();
      await webhooks.stop();
      await farm.stop();
      await opened.dispose();
      context.database.close();
    },
  };
}

/** A discovery that finds nothing and opens nothing. */
const noNetwork = {
  browse: () => ({ dispose: () => {} }),
  isListening: () => Promise.resolve(false),
  interfaces: () => ({}),
};

export function memorySettings(): SettingsStore {
  const values = new Map<string, unknown>();
  return {
    get: (key) => values.get(key),
    set: (key, value) => {
      values.set(key, value);
      return Promise.resolve();
    },
  };
}

function memoryPrinters() {
  const printers = new Map<PrinterId, Printer>();
  const used = new Set<PrinterId>();
  const done = Promise.resolve();
  return {
    printers: {
      list: () => [...printers.values()],
      put: (printer: Printer) => {
        printers.set(printer.id, printer);
        used.add(printer.id);
        return done;
      },
      remove: (id: PrinterId) => {
        printers.delete(id);
        return done;
      },
      isTaken: (id: PrinterId) => used.has(id),
    },
    queues: new FakeQueueStore(),
  };
}
