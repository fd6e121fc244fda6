import { stat } from "node:fs/promises";
import type { StagedFile } from "#shared/domain/attempt.ts";
import { AppError, messageOf, RemoteError } from "#shared/rpc/errors.ts";
import { abortable } from "#shared/util/abortable.ts";
import { backoffDelay, type BackoffOptions } from "#shared/util/backoff.ts";
import { type Clock, sleep } from "#shared/util/clock.ts";
import type { Disposable } from "#shared/util/disposable.ts";
import { drop } from "#shared/util/drop.ts";
import type { Pace, PrinterLink } from "../link/printerLink.ts";
import type { Logger } from "../log/logger.ts";
import type { Library } from "./library.ts";
import { MachineQueue } from "./machineQueue.ts";
import { MachineWatch } from "./machineWatch.ts";
import { type SharedRider, SharedTransfers } from "./sharedTransfers.ts";
import { sparePrints } from "./sparePrints.ts";
import type { StagedManifests } from "./stagedManifest.ts";
import { stagedPath } from "./stagedPath.ts";
import type { Stager, StageRequest } from "./stager.ts";

/** Transfers of one staging before the engine is told. */
const TRIES = 3;
const BETWEEN_TRIES: BackoffOptions = { base: 2_000, cap: 15_000, jitter: 0.3 };

/** Bytes that stay free on a printer's disk: Klipper's logs and Moonraker's own work need room. */
const KEPT_FREE = 500_000_000;

export interface PrinterStagerOptions {
  readonly library: Pick<Library, "localPath">;
  readonly manifests: StagedManifests;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** Bytes per second while anything prints on the machine. */
  readonly rate: () => number;
  readonly logger: Logger;
}

/** One stager serves all printers: only so can it keep transfers to one machine apart. */
export function createPrinterStager(options: PrinterStagerOptions): Stager {
  return new PrinterStager(options);
}

/** One staging under way, for all who asked for it. */
interface Work {
  readonly link: PrinterLink;
  readonly content: StageRequest["content"];
  readonly filename: string;
  readonly path: string;
  readonly localPath: string;
  readonly size: number;
  readonly rider: SharedRider;
}

class PrinterStager implements Stager {
  readonly #options: PrinterStagerOptions;
  readonly #machines: MachineQueue;
  readonly #watch: MachineWatch;
  readonly #transfers = new WeakMap<PrinterLink, SharedTransfers<StagedFile>>();
  /** Files whose bytes were read back by this process, per printer and path. */
  readonly #verified = new WeakMap<PrinterLink, Map<string, StagedFile>>();

  constructor(options: PrinterStagerOptions) {
    this.#options = options;
    this.#machines = new MachineQueue(options.clock);
    this.#watch = new MachineWatch(options.clock);
  }

  async stage(request: StageRequest): Promise<StagedFile> {
    const { link, content, filename } = request;
    const path = stagedPath(content, filename);
    const transfers = this.#transfers.get(link) ?? new SharedTransfers<StagedFile>();
    this.#transfers.set(link, transfers);
    try {
      const file = await transfers.ride(path, request, (rider) =>
        this.#stage({ link, content, filename, path }, rider),
      );
      await this.#noteUse(request, file);
      return file;
    } catch (error) {
      throw asAppError(error);
    }
  }

  async verify(link: PrinterLink, staged: StagedFile): Promise<boolean> {
    return sameFile(await link.statFile(staged.path), staged);
  }

  watch(link: PrinterLink): Disposable {
    return this.#watch.add(link);
  }

  async #stage(
    wanted: Pick<Work, "link" | "content" | "filename" | "path">,
    rider: SharedRider,
  ): Promise<StagedFile> {
    const { link, path, filename } = wanted;
    const localPath = await this.#options.library.localPath(wanted.content);
    const { size } = await stat(localPath);
    const work: Work = { ...wanted, localPath, size, rider };
    if (await this.#isStillThere(link, path, rider.signal)) return this.#remembered(link, path);
    const machine = await abortable(link.machineKey(), rider.signal);
    const { clock, rate } = this.#options;
    const view = await this.#watch.look(link, machine);
    const spare = { clock, view, rate, ...rider };
    const present = await sparePrints(spare, (pace) => this.#check(work, pace));
    if (present === "good") return this.#remembered(link, path);

    let failure: unknown;
    for (let attempt = 0; attempt < TRIES; attempt++) {
      if (attempt > 0) await this.#pause(attempt - 1, rider.signal);
      // Giving way while the file is read back costs the reading, not the bytes that are there.
      let isSent = false;
      try {
        const outcome = await sparePrints(spare, async (pace) => {
          if (!isSent) await this.#send(work, machine, pace);
          isSent = true;
          return this.#check(work, pace);
        });
        if (outcome === "good") return this.#remembered(link, path);
        failure = wrongBytes(filename);
      } catch (error) {
        if (rider.signal.aborted || !worthRepeating(error)) throw error;
        failure = error;
      }
      this.#options.logger.warn("transfer failed", { path, attempt, error: messageOf(failure) });
    }
    this.#removeLeftover(link, path);
    throw failure;
  }

  /**
   * Whether a file whose bytes were read back lies there as it was then: size and modification time vouch
   * for it. One question, however busy the machine is, as the start of the next copy waits for the answer.
   */
  async #isStillThere(link: PrinterLink, path: string, signal: AbortSignal): Promise<boolean> {
    const known = this.#verified.get(link)?.get(path) ?? null;
    if (known === null) return false;
    return sameFile(await abortable(link.statFile(path), signal), known);
  }

  /**
   * Whether the printer holds exactly this content at its path: its bytes are read back. The size is compared
   * first: it costs nothing.
   */
  async #check(work: Work, pace: Pace): Promise<"good" | "bad" | "absent"> {
    const { link, content, path, size, rider } = work;
    const present = await abortable(link.statFile(path), rider.signal);
    if (present === null) return "absent";
    if (present.size !== size) return "bad";
    const stored = await link.hashFile(path, rider.signal, pace);
    if (stored.sha256 !== content || stored.size !== present.size) return "bad";
    this.#remember(link, present);
    return "good";
  }

  /** Sends the file in its turn. */
  async #send(work: Work, machine: string, pace: Pace): Promise<void> {
    const { link, localPath, path, size, rider } = work;
    const { signal, onProgress } = rider;
    await this.#machines.run(machine, signal, async () => {
      await this.#checkRoom(work);
      onProgress(0);
      await link.uploadFile(localPath, path, {
        signal,
        pace,
        onProgress: (sent) => onProgress(size === 0 ? 1 : Math.min(1, sent / size)),
      });
      onProgress(1);
    });
  }

  /** A full disk stops Klipper's logs, and with them the print that is running. */
  async #checkRoom({ link, filename, size, rider }: Work): Promise<void> {
    const free = await abortable(link.freeSpace(), rider.signal);
    if (free === null || free - size >= KEPT_FREE) return;
    throw new AppError(
      "storage_full",
      `The printer's disk has ${megabytes(free)} MB free; ${filename} needs ${megabytes(size)} MB, and ` +
        `${megabytes(KEPT_FREE)} MB stay free. Delete files on the printer`,
    );
  }

  async #pause(attempt: number, signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options;
    await sleep(clock, backoffDelay(attempt, BETWEEN_TRIES, random()), signal);
    if (signal.aborted) throw new AppError("unavailable", "Cancelled");
  }

  /** Bytes that are not what the name says must not be found and printed by hand. */
  #removeLeftover(link: PrinterLink, path: string): void {
    drop(link.deleteFile(path), (error) =>
      this.#options.logger.info("leftover not removed", { path, error: messageOf(error) }),
    );
  }

  /** What cannot be written down stays on the printer for good; the print does not wait for that. */
  async #noteUse({ printer, content }: StageRequest, file: StagedFile): Promise<void> {
    const { manifests, clock, logger } = this.#options;
    await manifests.used(printer, content, file, clock.now()).catch((error: unknown) => {
      logger.warn("a staged file was not noted", { path: file.path, error: messageOf(error) });
    });
  }

  #remember(link: PrinterLink, file: StagedFile): void {
    const files = this.#verified.get(link) ?? new Map<string, StagedFile>();
    files.set(file.path, file);
    this.#verified.set(link, files);
  }

  #remembered(link: PrinterLink, path: string): StagedFile {
    const file = this.#verified.get(link)?.get(path);
    if (file === undefined) throw new AppError("internal", `${path} was not verified`);
    return file;
  }
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1_000_000);
}

function sameFile(a: StagedFile | null, b: StagedFile | null): boolean {
  return a !== null && b !== null && a.size === b.size && a.modified === b.modified;
}

function wrongBytes(filename: string): AppError {
  return new AppError(
    "checksum_mismatch",
    `The printer stored other bytes than ${filename} has, ${TRIES} times. Does its Moonraker rewrite uploads ` +
      "([file_manager] enable_object_processing)? Switch that off; else check its disk",
  );
}

/** A printer that refuses for a reason will refuse again; a server error or a broken line may pass. */
function worthRepeating(error: unknown): boolean {
  if (error instanceof RemoteError) return error.code >= 500 || error.code === 422;
  return error instanceof AppError && error.retryable && error.code !== "storage_full";
}

function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (!(error instanceof RemoteError)) {
    return new AppError("internal", messageOf(error), { cause: error });
  }
  const cause = { cause: error };
  switch (error.code) {
    case 403:
      return new AppError(
        "conflict",
        `The printer refuses the file while it prints or holds it: ${error.message}`,
        cause,
      );
    case 413:
      return new AppError(
        "too_large",
        "The file is larger than the printer takes (Moonraker: max_upload_size)",
        cause,
      );
    default:
      return new AppError(
        error.code >= 500 ? "unavailable" : "bad_request",
        `The printer refused the file: ${error.message}. Is its disk full?`,
        cause,
      );
  }
}
