import type { AttemptOutcome } from "#shared/domain/attempt.ts";
import type { MessageKey } from "../../i18n/messages.ts";
import type { Tone } from "../board/printerState.ts";

/** How a print can end, in the board's words and colours. */
export const OUTCOMES: readonly {
  readonly value: AttemptOutcome;
  readonly word: MessageKey;
  readonly tone: Tone;
}[] = [
  { value: "finished", word: "history.finished", tone: "green" },
  { value: "failed", word: "history.failed", tone: "red" },
  { value: "cancelled", word: "history.cancelled", tone: "amber" },
  { value: "interrupted", word: "history.interrupted", tone: "amber" },
  { value: "unknown", word: "history.unknown", tone: "grey" },
];

export function outcomeLook(outcome: AttemptOutcome): (typeof OUTCOMES)[number] {
  const found = OUTCOMES.find(({ value }) => value === outcome);
  if (found === undefined) throw new Error(`No words for the outcome ${outcome}`);
  return found;
}
