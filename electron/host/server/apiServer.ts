import type { Clock } from "#shared/util/clock.ts";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { AppError } from "#shared/rpc/errors.ts";
import { drop } from "#shared/util/drop.ts";
import { Access } from "./access.ts";
import { AccessAudit } from "./accessAudit.ts";
import { ApiKeys } from "./apiKeys.ts";
import type { Bearer } from "./bearer.ts";
import { ClientDatabase } from "./clientDatabase.ts";
import { createDispatcher } from "./dispatcher.ts";
import { Announcements } from "./announcements.ts";
import { parseTarget, type Endpoint } from "./endpoints.ts";
import { FailureLimit } from "./failureLimit.ts";
import { MemoryFiles } from "./memoryFiles.ts";
import { MemoryKeeper } from "./memoryKeeper.ts";
import { GcodeArchives } from "./gcodeArchives.ts";
import { FollowedObjects } from "./followedObjects.ts";
import { createHandlers } from "./handlers/index.ts";
import { createHttpHandler } from "./httpHandler.ts";
import { createHttpRoutes } from "./httpRoutes.ts";
import { createJsonRpc } from "./jsonRpc.ts";
import { KlippyBridges } from "./klippyBridges.ts";
import { createListener, type Listener } from "./listener.ts";
import { PrinterPorts } from "./printerPorts.ts";
import { ReachSettings } from "./reachSettings.ts";
import { Notifier } from "./notifier.ts";
import type { HandlerParts, ServerParts } from "./parts.ts";
import { OneShotTokens } from "./oneShotTokens.ts";
import { PrinterFiles } from "./printerFiles.ts";
import { handOn } from "./printerSide.ts";
import { PrinterMemory } from "./printerMemory.ts";
import { ListsByAddress } from "./receivedLists.ts";
import { requireScope } from "./scopes.ts";
import { Sessions } from "./sessions.ts";
import { QueueTexts } from "./queueTexts.ts";
import { StagedNames } from "./stagedNames.ts";
import { Users } from "./users.ts";
import { UploadClaims } from "./uploadClaims.ts";
import { wireError } from "./wireError.ts";

/** Open sockets of all kinds; more are closed as they come. */
const MOST_CONNECTIONS = 1024;
const MOST_CONNECTIONS_AT_PRINTER = 128;

export interface ApiServerOptions extends ServerParts {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  /** The built board; null serves a page that says how to build it. */
  readonly staticDir: string | null;
  /** Bytes of one uploaded file; 1024 MiB by default, as Moonraker. */
  readonly maxUploadBytes?: number;
  /** Origins of other web front ends that may control printers. */
  readonly allowedOrigins?: readonly string[];
  /** Milliseconds until the head of a request must be complete; 20 s by default. */
  readonly headersWithin?: number;
  /** The time of deadlines that wait for another computer; `clock` unless given. */
  readonly networkClock?: Clock;
  /** False: programs on this computer need an API key too; true by default. */
  readonly trustLoopback?: boolean;
}

export interface ApiServer {
  /** Rejects with one clear sentence when the address is taken or not ours. */
  start(): Promise<{ readonly url: string; readonly port: number }>;
  stop(): Promise<void>;
}

/** The API of the farm and its printers over HTTP and websockets, and the board. */
export function createApiServer(options: ApiServerOptions): ApiServer {
  const { farm, library, settings, clock, logger } = options;
  const { maxUploadBytes = 1024 * 1024 * 1024, networkClock = clock } = options;
  const report = (error: unknown): void =>
    logger.error("a request failed in a way not foreseen", {
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  const keys = new ApiKeys(settings, clock);
  const users = new Users(settings, clock);
  const reach = new ReachSettings(settings);
  const audit = new AccessAudit(options.accessJournal, clock, report);
  const oneShotTokens = new OneShotTokens(clock);
  const access = new Access({
    host: options.host,
    allowedOrigins: () => [...(options.allowedOrigins ?? []), ...reach.get().origins],
    keys,
    users,
    tokens: oneShotTokens,
    failures: new FailureLimit(clock),
    audit,
    trustLoopback: options.trustLoopback ?? true,
  });
  const stagedNames = new StagedNames(library);
  const queueTexts = new QueueTexts();
  const memory = new PrinterMemory(
    farm,
    clock,
    (id, line) => stagedNames.translate(id, line),
    new MemoryKeeper(new MemoryFiles(options.memoryDir), clock, report),
  );
  const handlerParts: HandlerParts = {
    ...options,
    memory,
    stagedNames,
    queueTexts,
    keys,
    users,
    audit,
    reach,
    printerPorts: () => printerPorts,
    announcements: () => announcements,
    sessions: () => sessions.all,
    listening: () => ({
      host: options.host,
      port: server.port ?? options.port,
      openToNetwork: access.isOpenToNetwork,
    }),
    followed: new FollowedObjects(() => sessions.all),
    claims: new UploadClaims(clock),
    printerFiles: new PrinterFiles({ settings, library, clock, maxBytes: maxUploadBytes }),
    archives: new GcodeArchives({ library, dir: options.archiveDir, clock }),
    clientDatabase: new ClientDatabase(settings),
    oneShotTokens,
    access,
    listsByAddress: new ListsByAddress(),
    sessionCount: () => sessions.size,
    tellConsole: (printer, line) => notifier.tellConsole(printer, line),
  };
  const dispatcher = createDispatcher(farm, createHandlers(handlerParts), (method, args, call) =>
    handOn(stagedNames, method, args, call),
  );
  const jsonRpc = createJsonRpc(dispatcher, report);
  const sessions = new Sessions({ jsonRpc, clock: networkClock, report });
  const bridges = new KlippyBridges(networkClock);
  const notifier = new Notifier({
    farm,
    library,
    clock,
    stagedNames,
    queueTexts,
    followed: handlerParts.followed,
    printerFiles: handlerParts.printerFiles,
    archives: handlerParts.archives,
    report,
    // Who has shown no key is told nothing.
    sessions: () => [...sessions.all].filter((session) => session.bearer !== null),
  });
  const answerHttp = createHttpHandler({
    ...handlerParts,
    access,
    dispatcher,
    jsonRpc,
    routes: createHttpRoutes(),
    staticDir: options.staticDir,
    maxUploadBytes,
    report,
  });

  /** Refuses with an HTTP answer, before there is a websocket to answer on. */
  async function upgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    base: Endpoint,
  ): Promise<void> {
    try {
      access.checkSource(request, true);
      const address = parseTarget(request.url ?? "/", base);
      const endpoint = address?.endpoint;
      const printer =
        endpoint?.kind === "farm" ? farm.defaultPrinter : farm.get(endpoint?.id ?? "");
      const known = endpoint?.kind === "farm" || printer !== undefined;
      const isBridge = address?.path === "/klippysocket" && printer !== undefined;
      if (endpoint === undefined || !known || (address?.path !== "/websocket" && !isBridge)) {
        throw new AppError("not_found", "There is no websocket at this address");
      }
      const bearer = knownOrNot(() => access.bearerOf(request));
      if (sessions.isFull || (bearer === null && sessions.isFullOfStrangers)) {
        throw new AppError("too_many_requests", "Too many clients are connected");
      }
      request.socket.setTimeout(0);
      if (isBridge) {
        requireScope({ bearer }, "admin");
        return await bridges.open(printer.link, request, socket, head);
      }
      sessions.upgrade(request, socket, head, endpoint, bearer);
    } catch (error) {
      const { http, message } = wireError(error, report);
      const body = JSON.stringify({ error: { code: http, message } });
      socket.end(
        `HTTP/1.1 ${http} Refused\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
      );
    }
  }

  const headersWithin = options.headersWithin ?? 20_000;
  /** A port whose root is the farm, or one printer. */
  const createPort = (base: Endpoint): Listener =>
    createListener({
      mostConnections: base.kind === "farm" ? MOST_CONNECTIONS : MOST_CONNECTIONS_AT_PRINTER,
      headersWithin,
      onRequest: (request, response) => drop(answerHttp(request, response, base), report),
      onUpgrade: (request, socket, head) => drop(upgrade(request, socket, head, base), report),
    });
  const server = createPort({ kind: "farm" });
  const printerPorts = new PrinterPorts({
    farm,
    reach,
    host: options.host,
    createListener: createPort,
    clock,
    report,
  });
  const announcements = new Announcements({
    farm,
    reach,
    announce: options.announce,
    port: () => server.port,
    openToNetwork: access.isOpenToNetwork,
  });

  return {
    async start() {
      access.checkListening();
      await handlerParts.archives.clear();
      const port = await server.listen(options.host, options.port);
      notifier.start();
      await memory.start();
      await printerPorts.start();
      announcements.start();
      const name = options.host.includes(":") ? `[${options.host}]` : options.host;
      return { url: `http://${name}:${port}/`, port };
    },
    async stop() {
      // What was said is kept where that is possible; what else is to be closed does not depend on it.
      await memory.stop().catch(report);
      announcements.stop();
      notifier.stop();
      bridges.close();
      await sessions.close();
      await printerPorts.stop();
      await server.close();
      await handlerParts.archives.clear();
    },
  };
}

/** Who shows what is worth nothing is a stranger: on a websocket there is another chance to show something. */
function knownOrNot(ask: () => Bearer | null): Bearer | null {
  try {
    return ask();
  } catch (error) {
    if (error instanceof AppError && error.code === "unauthorized") return null;
    throw error;
  }
}
