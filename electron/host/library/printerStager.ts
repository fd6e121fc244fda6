import { stat } from "node:fs/promises";
import type { StagedFile } from "#shared/domain/attempt.ts";
import { AppError, messageOf, RemoteError } from "#shared/rpc/errors.ts";
import { abortable } from "#shared/util/abortable.ts";
import { backoffDelay, type BackoffOptions } from "#shared/util/backoff.ts";
import { type Clock, sleep } from "#shared/util/clock.ts";
import { drop } from "#shared/util/drop.ts";
import type { PrinterLink } from "../link/printerLink.ts";
import type { Logger } from "../log/logger.ts";
import type { Library } from "./library.ts";
import { MachineQueue } from "./machineQueue.ts";
import { stagedPath } from "./stagedPath.ts";
import type { Stager, StageRequest } from "./stager.ts";

/** Transfers of one staging before the engine is told. */
const TRIES = 3;
const BETWEEN_TRIES: BackoffOptions = { base: 2_000, cap: 15_000, jitter: 0.3 };

export interface PrinterStagerOptions {
  readonly library: Pick<Library, "localPath">;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly logger: Logger;
}

/** One stager serves all printers: only so can it keep transfers to one machine apart. */
export function createPrinterStager(options: PrinterStagerOptions): Stager {
  return new PrinterStager(options);
}

class PrinterStager implements Stager {
  readonly #options: PrinterStagerOptions;
  readonly #machines: MachineQueue;
  /** Files whose bytes were read back by this process, per printer and path. */
  readonly #verified = new WeakMap<PrinterLink, Map<string, StagedFile>>();

  constructor(options: PrinterStagerOptions) {
    this.#options = options;
    this.#machines = new MachineQueue(options.clock);
  }

  async stage(request: StageRequest): Promise<StagedFile> {
    try {
      return await this.#stage(request);
    } catch (error) {
      throw asAppError(error);
    }
  }

  async verify(link: PrinterLink, staged: StagedFile): Promise<boolean> {
    return sameFile(await link.statFile(staged.path), staged);
  }

  async #stage(request: StageRequest): Promise<StagedFile> {
    const { link, content, signal } = request;
    const path = stagedPath(content, request.filename);
    const localPath = await this.#options.library.localPath(content);
    const present = await this.#check(request, path);
    if (present === "good") return this.#remembered(link, path);

    let failure: unknown;
    for (let attempt = 0; attempt < TRIES; attempt++) {
      if (attempt > 0) await this.#pause(attempt - 1, signal);
      try {
        await this.#transfer(request, localPath, path);
        if ((await this.#check(request, path)) === "good") return this.#remembered(link, path);
        failure = wrongBytes(request.filename);
      } catch (error) {
        if (signal.aborted || !worthRepeating(error)) throw error;
        failure = error;
      }
      this.#options.logger.warn("transfer failed", { path, attempt, error: messageOf(failure) });
    }
    this.#removeLeftover(link, path);
    throw failure;
  }

  /**
   * Whether the printer holds exactly this content at `path`. The bytes are read back once; afterwards
   * size and modification time vouch for them. The size is compared first: it costs nothing.
   */
  async #check(request: StageRequest, path: string): Promise<"good" | "bad" | "absent"> {
    const { link, content, signal } = request;
    const present = await abortable(link.statFile(path), signal);
    if (present === null) return "absent";
    if (sameFile(present, this.#verified.get(link)?.get(path) ?? null)) return "good";
    const stored = await link.hashFile(path, signal);
    if (stored.sha256 !== content || stored.size !== present.size) return "bad";
    this.#remember(link, present);
    return "good";
  }

  async #transfer(request: StageRequest, localPath: string, path: string): Promise<void> {
    const { link, signal, onProgress } = request;
    const { size } = await stat(localPath);
    const machine = await abortable(link.machineKey(), signal);
    await this.#machines.run(machine, signal, async () => {
      onProgress(0);
      await link.uploadFile(localPath, path, {
        signal,
        onProgress: (sent) => onProgress(size === 0 ? 1 : Math.min(1, sent / size)),
      });
      onProgress(1);
    });
  }

  async #pause(attempt: number, signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options;
    await sleep(clock, backoffDelay(attempt, BETWEEN_TRIES, random()), signal);
    if (signal.aborted) throw new AppError("unavailable", "Cancelled");
  }

  /** Bytes that are not what the name says must not be found and printed by hand. */
  #removeLeftover(link: PrinterLink, path: string): void {
    drop(link.request("server.files.delete_file", { path: `gcodes/${path}` }), (error) =>
      this.#options.logger.info("leftover not removed", { path, error: messageOf(error) }),
    );
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
  return error instanceof AppError && error.retryable;
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
