import type { StagedFile } from "#shared/domain/attempt.ts";
import type { ContentHash } from "#shared/domain/ids.ts";
import type { Disposable } from "#shared/util/disposable.ts";
import { AppError } from "#shared/rpc/errors.ts";
import type { PrinterLink } from "../../electron/host/link/printerLink.ts";
import type { StageRequest, Stager } from "../../electron/host/library/stager.ts";

/** A stager without bytes: it answers in the next turn, or holds its answer until the test lets go. */
export class FakeStager implements Stager {
  /** Contents asked for, in order. */
  readonly requests: ContentHash[] = [];
  /** Why each was asked for, in the same order. */
  readonly reasons: StageRequest["reason"][] = [];
  readonly #failures: Error[] = [];
  readonly #held: (() => void)[] = [];
  /** What `verify` says. */
  isSame = true;
  holds = false;

  failNext(error: Error): void {
    this.#failures.push(error);
  }

  release(): void {
    this.holds = false;
    for (const go of this.#held.splice(0)) go();
  }

  async stage(request: StageRequest): Promise<StagedFile> {
    this.requests.push(request.content);
    this.reasons.push(request.reason);
    if (this.holds) {
      await new Promise<void>((resolve) => {
        this.#held.push(resolve);
        request.signal.addEventListener("abort", () => resolve(), { once: true });
      });
    }
    await Promise.resolve();
    if (request.signal.aborted) throw new AppError("unavailable", "cancelled");
    const failure = this.#failures.shift();
    if (failure !== undefined) throw failure;
    if (request.link.state.kind !== "connected") throw new AppError("unavailable", "no link");
    request.onProgress(0.5);
    return { path: stagedPath(request.content, request.filename), size: 70, modified: 1 };
  }

  watch(): Disposable {
    return { dispose: () => {} };
  }

  verify(_link: PrinterLink, _staged: StagedFile): Promise<boolean> {
    return Promise.resolve(this.isSame);
  }
}

export function stagedPath(content: ContentHash, filename: string): string {
  return `nextplate/${content.slice(0, 8)}/${filename}`;
}
