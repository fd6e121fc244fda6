import { Readable } from "node:stream";
import type { RpcNotification } from "#shared/rpc/rpcPeer.ts";
import { Emitter } from "#shared/util/event.ts";
import { mergeStatus, type PrinterObjects } from "#shared/util/mergeStatus.ts";
import { AppError } from "#shared/rpc/errors.ts";
import type {
  FolderListing,
  LinkState,
  PrinterLink,
  ServerBehind,
  StatusChange,
} from "../../electron/host/link/printerLink.ts";

/** A link a test plays by hand: what it says, and what was asked of it. */
export class FakePrinterLink implements PrinterLink {
  readonly requests: { method: string; params: object | undefined }[] = [];
  /** Answers of `request` by method, errors are thrown; others fail as on a closed connection. */
  readonly answers = new Map<string, unknown>();
  readonly #state = new Emitter<LinkState>();
  readonly #status = new Emitter<StatusChange>();
  readonly #gcode = new Emitter<string>();
  readonly #notification = new Emitter<RpcNotification>();
  readonly onDidChangeState = this.#state.event;
  readonly onDidChangeStatus = this.#status.event;
  readonly onDidReceiveGcode = this.#gcode.event;
  readonly onDidChangeHistory = new Emitter<never>().event;
  readonly onDidCallRemoteMethod = new Emitter<never>().event;
  readonly onDidNotify = this.#notification.event;
  /** What `serverBehind` resolves to. */
  server: ServerBehind | null = null;
  /** What lies on the printer, by path below gcodes. */
  readonly files = new Map<string, string>();
  /** Names of the folders in a folder on the printer. */
  readonly folders = new Map<string, readonly string[]>();
  /** What `follow` was called with, newest last. */
  readonly followed: object[] = [];
  state: LinkState = { kind: "connecting", since: 0, lastSeen: null };
  #objects: PrinterObjects = {};

  setState(state: LinkState): void {
    this.state = state;
    if (state.kind !== "connected" || state.session === null) this.#objects = {};
    this.#state.fire(state);
  }

  /** Klippy is ready and its objects are known. */
  becomeReady(objects: PrinterObjects): void {
    this.#objects = objects;
    const names = Object.keys(objects);
    const session = { epoch: 1, klippyProcess: "1", objects: names, keepsHistory: true };
    this.setState({ ...CONNECTED, klippy: "ready", message: "Printer is ready", session });
  }

  say(delta: PrinterObjects, eventtime: number): void {
    this.#objects = mergeStatus(this.#objects, delta);
    this.#status.fire({ delta, status: this.#objects, eventtime });
  }

  sayGcode(line: string): void {
    this.#gcode.fire(line);
  }

  /** The printer's Moonraker notifies. */
  notify(method: string, params: readonly unknown[]): void {
    this.#notification.fire({ method, params });
  }

  status(): PrinterObjects {
    return this.#objects;
  }

  start(): void {}
  stop(): Promise<void> {
    return Promise.resolve();
  }
  reconnects = 0;
  reconnectNow(): void {
    this.reconnects += 1;
  }
  history(): Promise<readonly never[]> {
    return Promise.resolve([]);
  }
  startPrint(): Promise<void> {
    return this.#ask("printer.print.start");
  }
  barrier(): Promise<void> {
    return this.#ask("printer.gcode.script");
  }
  runGcode(script: string): Promise<void> {
    return this.#ask("printer.gcode.script", { script });
  }
  pausePrint(): Promise<void> {
    return this.#ask("printer.print.pause");
  }
  resumePrint(): Promise<void> {
    return this.#ask("printer.print.resume");
  }
  cancelPrint(): Promise<void> {
    return this.#ask("printer.print.cancel");
  }
  emergencyStop(): Promise<void> {
    return this.#ask("printer.emergency_stop");
  }
  machineKey(): Promise<string> {
    return Promise.resolve("fake");
  }
  uploadFile(): Promise<never> {
    return Promise.reject(closed());
  }
  hashFile(): Promise<never> {
    return Promise.reject(closed());
  }
  statFile(): Promise<null> {
    return Promise.resolve(null);
  }
  openFile(path: string): Promise<Readable> {
    const bytes = this.files.get(path);
    const missing = new AppError("not_found", "Not Found");
    return bytes === undefined
      ? Promise.reject(missing)
      : Promise.resolve(Readable.from([Buffer.from(bytes)]));
  }
  listFolder(path: string): Promise<FolderListing | null> {
    const folders = this.folders.get(path);
    return Promise.resolve(folders === undefined ? null : { files: [], folders });
  }
  deleteFile(): Promise<void> {
    return Promise.resolve();
  }
  freeSpace(): Promise<null> {
    return Promise.resolve(null);
  }
  readNote(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
  writeNote(): Promise<void> {
    return Promise.resolve();
  }
  klippySocket(): Promise<null> {
    return Promise.resolve(null);
  }
  serverBehind(): Promise<ServerBehind | null> {
    return Promise.resolve(this.server);
  }
  follow(objects: object): Promise<void> {
    this.followed.push(objects);
    return Promise.resolve();
  }
  request(method: string, params?: object): Promise<unknown> {
    this.requests.push({ method, params });
    const answer = this.answers.get(method);
    if (answer instanceof Error) return Promise.reject(answer);
    if (answer !== undefined) return Promise.resolve(answer);
    if (method === "printer.objects.query" && this.state.kind === "connected") {
      return Promise.resolve({ eventtime: 0, status: this.#objects });
    }
    return Promise.reject(closed());
  }

  async #ask(method: string, params?: object): Promise<void> {
    this.requests.push({ method, params });
    if (this.state.kind !== "connected") throw closed();
    await Promise.resolve();
  }
}

const CONNECTED = { kind: "connected", since: 0, epoch: 1 } as const;

function closed(): AppError {
  return new AppError("unavailable", "the connection is closed");
}
