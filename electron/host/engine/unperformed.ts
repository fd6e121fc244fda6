import type { Attempt } from "#shared/domain/attempt.ts";
import { isNewer } from "./printHistory.ts";
import type { Turn } from "./turn.ts";

/**
 * Remembers a start that was sent, or may have been, and was verifiably not done when the printer was
 * asked. Moonraker has been seen to perform an acknowledged start minutes later.
 */
export function rememberUnperformed(turn: Turn, attempt: Attempt): void {
  if (attempt.baseline === null || attempt.staged === null) return;
  const others = turn.stored.memory.unperformed.filter((one) => one.copyId !== attempt.copyId);
  setUnperformed(turn, [...others, attempt]);
}

/** A start that was sent, or may have been, and of which nobody could say whether it happened. */
export function isUnproved(attempt: Attempt): boolean {
  return attempt.state === "unknown" && attempt.startedAt === null && attempt.baseline !== null;
}

export function forgetUnperformed(turn: Turn, attempt: Attempt): void {
  const { unperformed } = turn.stored.memory;
  setUnperformed(
    turn,
    unperformed.filter((one) => one.id !== attempt.id),
  );
}

/** Forgets the starts of copies that wait no longer: a print of theirs has another explanation. */
export function pruneUnperformed(turn: Turn): void {
  const { memory, copies } = turn.stored;
  if (memory.unperformed.length === 0) return;
  const waiting = new Set(copies.map((copy) => copy.id));
  setUnperformed(
    turn,
    memory.unperformed.filter((one) => waiting.has(one.copyId)),
  );
}

/** An entry of the history is explained by `explained`: no unperformed start of that file may claim it too. */
export function passOverEntry(turn: Turn, explained: Attempt): void {
  const { historyJobId, staged } = explained;
  if (historyJobId === null || staged === null) return;
  const { unperformed } = turn.stored.memory;
  setUnperformed(
    turn,
    unperformed.map((one) => {
      const { baseline } = one;
      const isOlder =
        baseline !== null &&
        one.staged?.path === staged.path &&
        isNewer(historyJobId, baseline.historyJobId);
      return isOlder ? { ...one, baseline: { ...baseline, historyJobId } } : one;
    }),
  );
}

function setUnperformed(turn: Turn, unperformed: readonly Attempt[]): void {
  const { memory } = turn.stored;
  const same =
    unperformed.length === memory.unperformed.length &&
    unperformed.every((one, index) => one === memory.unperformed[index]);
  if (!same) turn.store({ memory: { ...memory, unperformed: [...unperformed] } });
}
