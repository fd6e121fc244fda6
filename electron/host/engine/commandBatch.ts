import type { QueueSnapshot } from "./queueEngine.ts";
import type { Decision } from "./queueMachine.ts";
import type { QueueInput, QueueModel } from "./queueModel.ts";

/** A command in the queue's turn, and who waits for its answer. */
export interface WaitingCommand {
  readonly input: Extract<QueueInput, { readonly kind: "command" }>;
  readonly resolve: (snapshot: QueueSnapshot) => void;
  readonly reject: (error: unknown) => void;
}

/** What was decided of a command, before anything of it is stored. */
export type Verdict =
  | {
      readonly kind: "decided";
      readonly waiting: WaitingCommand;
      /** What it was decided from. */
      readonly before: QueueModel;
      readonly decision: Decision;
    }
  | { readonly kind: "refused"; readonly waiting: WaitingCommand; readonly error: unknown };

/**
 * Decides commands one after the other, each from what the one before it would leave, so that one commit
 * can store them all. It ends with the first that sets something going in the world: what that is must be
 * known before anything else is decided. At least one is decided.
 */
export function decideTogether(
  batch: readonly WaitingCommand[],
  model: QueueModel,
  decide: (model: QueueModel, input: QueueInput) => Decision,
): readonly Verdict[] {
  const verdicts: Verdict[] = [];
  let present = model;
  for (const waiting of batch) {
    try {
      const decision = decide(present, waiting.input);
      verdicts.push({ kind: "decided", waiting, before: present, decision });
      present = decision.model;
      if (decision.effects.length > 0) break;
    } catch (error) {
      verdicts.push({ kind: "refused", waiting, error });
    }
  }
  return verdicts;
}
