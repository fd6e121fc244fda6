import type { AttemptId } from "#shared/domain/ids.ts";
import { AppError, messageOf, RemoteError } from "#shared/rpc/errors.ts";
import { assertNever } from "#shared/util/assertNever.ts";
import { drop } from "#shared/util/drop.ts";
import * as z from "zod";
import type { HistoryEntry } from "../link/printerLink.ts";
import type { QueueEngineDeps } from "./engineDeps.ts";
import { switchDeviceOn } from "./powerDevice.ts";
import type { QueueEffect, QueueInput, StartWatch } from "./queueModel.ts";

const ObjectQuery = z.object({
  status: z.record(z.string(), z.record(z.string(), z.unknown())),
});
const Help = z.record(z.string(), z.unknown());

/** How many history entries are read to tell what is new. */
const HISTORY_LIMIT = 20;

/** Smallest step of a transfer's progress worth telling. */
const PROGRESS_STEP = 0.01;

/** Why what moves the machine must not leave in this very turn; null = it may. */
export type Obstacle = (epoch: number, what: "start" | "gcode") => string | null;

/** Does what a decision asked of the outside and reports how it went, as inputs. */
export class EffectRunner {
  readonly #deps: QueueEngineDeps;
  readonly #report: (input: QueueInput) => void;
  readonly #obstacle: Obstacle;
  readonly #transfers = new Map<AttemptId, AbortController>();
  #ahead: AbortController | undefined;
  readonly #running = new Set<Promise<void>>();
  #stopped = false;

  constructor(deps: QueueEngineDeps, report: (input: QueueInput) => void, obstacle: Obstacle) {
    this.#deps = deps;
    this.#report = report;
    this.#obstacle = obstacle;
  }

  run(effect: QueueEffect): void {
    if (this.#stopped) return;
    switch (effect.kind) {
      case "stage":
        return this.#stage(effect);
      case "cancel_staging":
        this.#transfers.get(effect.attempt)?.abort();
        return;
      case "stage_ahead":
        return this.#stageAhead(effect);
      case "cancel_ahead":
        return this.#ahead?.abort();
      case "power_on":
        return this.#go(this.#powerOn(effect.device));
      case "read_field":
        return this.#go(this.#readField(effect));
      case "read_commands":
        return this.#go(this.#readCommands(effect.epoch));
      case "prepare":
        return this.#go(this.#prepare(effect));
      case "start":
        return this.#start(effect);
      case "read_history":
        return this.#go(this.#readHistory(effect.epoch));
      case "barrier":
        return this.#go(this.#barrier(effect));
      case "wait_for_rest":
        return this.#go(this.#waitForRest(effect.attempt));
      case "run_gcode":
        return this.#go(this.#runGcode(effect));
      default:
        return assertNever(effect, "effect");
    }
  }

  /** Cancels the transfers and waits until they have let go of their files. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const controller of this.#transfers.values()) controller.abort();
    this.#ahead?.abort();
    await Promise.allSettled(this.#running);
  }

  #stage(effect: Extract<QueueEffect, { kind: "stage" }>): void {
    const { attempt, content, filename } = effect;
    const { stager, link, printer } = this.#deps;
    const controller = new AbortController();
    this.#transfers.get(attempt)?.abort();
    this.#transfers.set(attempt, controller);
    let told = 0;
    const onProgress = (fraction: number): void => {
      if (fraction - told < PROGRESS_STEP) return;
      told = fraction;
      this.#report({ kind: "transfer_progress", attempt, fraction });
    };
    const onWait = (why: string | null): void =>
      this.#report({ kind: "transfer_waits", attempt, why });
    const { signal } = controller;
    const reason = "due";
    const bring = async (): Promise<QueueInput> => {
      const message = effect.anyway ? null : await this.#deps.machineCheck?.whenKnown(content);
      if (typeof message === "string") return { kind: "misfit", attempt, message };
      const request = {
        printer,
        link,
        content,
        filename,
        reason,
        signal,
        onProgress,
        onWait,
      } as const;
      const file = await stager.stage(request);
      return { kind: "staged", attempt, file, expected: this.#deps.expected?.(content) ?? null };
    };
    const transfer = bring()
      .catch((error: unknown) => stagingFailure(attempt, error))
      .then((outcome) => {
        if (!signal.aborted) this.#report(outcome);
      })
      .finally(() => {
        if (this.#transfers.get(attempt) === controller) this.#transfers.delete(attempt);
        this.#running.delete(transfer);
      });
    this.#running.add(transfer);
  }

  #stageAhead(effect: Extract<QueueEffect, { kind: "stage_ahead" }>): void {
    const { content, filename, reason } = effect;
    const { stager, link, printer, logger } = this.#deps;
    const controller = new AbortController();
    this.#ahead = controller;
    const { signal } = controller;
    let progress = 0;
    let waits: string | null = null;
    const tell = (): void => {
      if (!signal.aborted) this.#report({ kind: "ahead_moved", content, progress, waits });
    };
    const onProgress = (fraction: number): void => {
      if (fraction !== 0 && fraction - progress < PROGRESS_STEP) return;
      progress = fraction;
      tell();
    };
    const onWait = (why: string | null): void => {
      if (why === waits) return;
      waits = why;
      tell();
    };
    const transfer = stager
      .stage({ printer, link, content, filename, reason, signal, onProgress, onWait })
      .then(
        () => this.#report({ kind: "ahead_ended", content, isThere: true }),
        (error: unknown) => {
          if (signal.aborted) return;
          logger.info("a file could not be brought over ahead", { error: messageOf(error) });
          this.#report({ kind: "ahead_ended", content, isThere: false });
        },
      )
      .finally(() => this.#running.delete(transfer));
    this.#running.add(transfer);
  }

  /** The one place a print is started from. Sent once; whatever comes back, it is not sent again. */
  #start({ attempt, epoch, path }: Extract<QueueEffect, { kind: "start" }>): void {
    const { link, checkpoint } = this.#deps;
    const reason = this.#obstacle(epoch, "start");
    if (reason !== null) return this.#report({ kind: "start_withheld", attempt, reason });
    checkpoint?.("start.before_send");
    // Reported first, so that nothing the printer says of the start can be taken in before it.
    this.#report({ kind: "start_sent", attempt, epoch });
    const answer = link.startPrint(path);
    const answered = (outcome: NonNullable<StartWatch["answer"]>): void => {
      checkpoint?.("start.answered");
      this.#report({ kind: "start_answered", attempt, answer: outcome });
    };
    this.#go(
      answer.then(
        () => answered({ kind: "ok" }),
        (error: unknown) => answered(failureOf(error)),
      ),
    );
    checkpoint?.("start.sent");
  }

  async #prepare(effect: Extract<QueueEffect, { kind: "prepare" }>): Promise<void> {
    const { link, stager, master } = this.#deps;
    const { attempt, epoch } = effect;
    const [file, history, isMaster] = await Promise.all([
      stager.verify(link, effect.file).then(
        (same) => (same ? ("same" as const) : ("changed" as const)),
        () => "unknown" as const,
      ),
      this.#history(),
      master.confirm().catch(() => false),
    ]);
    this.#report({ kind: "prepared", attempt, epoch, file, history, isMaster });
  }

  async #readHistory(epoch: number): Promise<void> {
    this.#report({ kind: "history_read", epoch, entries: await this.#history() });
  }

  async #barrier({ attempt, epoch }: Extract<QueueEffect, { kind: "barrier" }>): Promise<void> {
    const passed = await succeeds(this.#deps.link.barrier());
    this.#report({ kind: "barrier", attempt, epoch, passed });
  }

  async #powerOn(device: string): Promise<void> {
    const outcome = await switchDeviceOn(this.#deps.link, device).then(
      (was) => ({ outcome: was, message: "" }),
      (error: unknown) => ({ outcome: "failed" as const, message: messageOf(error) }),
    );
    this.#report({ kind: "power_answered", ...outcome });
  }

  /** What cannot be read has not been seen. */
  async #readField(effect: Extract<QueueEffect, { kind: "read_field" }>): Promise<void> {
    const { object, field, value } = effect;
    const matches = await this.#deps.link
      .request("printer.objects.query", { objects: { [object]: [field] } })
      .then(
        (answer) => ObjectQuery.parse(answer).status[object]?.[field] === value,
        () => false,
      );
    this.#report({ kind: "field_read", matches });
  }

  /** Commands that have a help text: macros with a description, and most of Klipper's own. */
  async #readCommands(epoch: number): Promise<void> {
    const names = await this.#deps.link.request("printer.gcode.help").then(
      (help) => Object.keys(Help.parse(help)).map((name) => name.toUpperCase()),
      () => null,
    );
    this.#report({ kind: "commands_read", epoch, names });
  }

  /** M400 answers when all planned moves are done. */
  async #waitForRest(attempt: AttemptId): Promise<void> {
    const passed = await succeeds(this.#deps.link.runGcode("M400"));
    this.#report({ kind: "rested", attempt, passed });
  }

  async #runGcode({ epoch, script }: Extract<QueueEffect, { kind: "run_gcode" }>): Promise<void> {
    // While the decision was being stored, somebody may have begun a print at the machine.
    const obstacle = this.#obstacle(epoch, "gcode");
    if (obstacle !== null) return this.#report({ kind: "clearing_ended", failure: obstacle });
    const failure = await this.#deps.link.runGcode(script).then(
      () => null,
      (error: unknown) => messageOf(error),
    );
    this.#report({ kind: "clearing_ended", failure });
  }

  #history(): Promise<readonly HistoryEntry[] | null> {
    return this.#deps.link.history(HISTORY_LIMIT).catch((error: unknown) => {
      this.#deps.logger.warn("history could not be read", { error: messageOf(error) });
      return null;
    });
  }

  #go(work: Promise<void>): void {
    drop(work, (error) => {
      this.#deps.logger.error("an effect failed", { error: messageOf(error) });
    });
  }
}

function stagingFailure(attempt: AttemptId, error: unknown): QueueInput {
  const retryable = !(error instanceof AppError) || error.retryable;
  return { kind: "staging_failed", attempt, message: messageOf(error), retryable };
}

/**
 * Only an answer of the printer itself is a refusal. A lost connection, a gateway's or a server's failure
 * leaves open what Klipper did.
 */
function failureOf(error: unknown): NonNullable<StartWatch["answer"]> {
  const isRefusal = error instanceof RemoteError && error.code < 500;
  return isRefusal ? { kind: "refused", message: error.message } : { kind: "lost" };
}

function succeeds(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}
