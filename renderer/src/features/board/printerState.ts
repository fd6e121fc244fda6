import type { PrinterView } from "#shared/contract/farm.ts";
import { assertNever } from "#shared/util/assertNever.ts";
import { graceOf } from "./graceOf.ts";
import type { MessageKey } from "../../i18n/messages.ts";

export type Tone = "blue" | "green" | "amber" | "red" | "violet" | "grey" | "dim";

export interface PrinterState {
  readonly tone: Tone;
  readonly word: MessageKey;
  /** The word alone, where there is no room for a percentage. */
  readonly plain: MessageKey;
  /** The word has a percentage in front: of the print, of the transfer, or none. */
  readonly share: "print" | "transfer" | null;
}

const plain = (tone: Tone, word: MessageKey): PrinterState => ({
  tone,
  word,
  plain: word,
  share: null,
});

/**
 * The state of a printer in one word and one colour. What needs a person wins over what the machine
 * does; what is not known yet is grey, never red.
 */
export function printerState(printer: PrinterView): PrinterState {
  if (printer.link.state === "unauthorized") return plain("amber", "state.unauthorized");
  const { activity } = printer;
  switch (activity) {
    case "unknown":
      return plain("grey", "state.unknown");
    case "offline":
      return plain(
        "dim",
        printer.link.state === "connected" ? "state.klipperOff" : "state.offline",
      );
    case "error":
      return plain("red", printer.klippy.state === "shutdown" ? "state.shutdown" : "state.error");
    case "transferring":
      return printer.current?.transfer === null || printer.current === null
        ? plain("violet", "state.transferring")
        : {
            tone: "violet",
            word: "state.transferringShare",
            plain: "state.transferring",
            share: "transfer",
          };
    case "clearing":
      return plain("violet", "state.clearing");
    case "starting":
      return plain("blue", "state.starting");
    case "printing":
      return { tone: "blue", word: "state.printing", plain: "state.prints", share: "print" };
    case "paused":
      return { tone: "amber", word: "state.paused", plain: "state.pauses", share: "print" };
    case "finishing":
      return plain("blue", "state.finishing");
    case "idle":
      return idleState(printer);
    default:
      return assertNever(activity, "activity");
  }
}

function idleState(printer: PrinterView): PrinterState {
  const asks = (kind: string): boolean => printer.attention.some((entry) => entry.kind === kind);
  if (asks("store")) return plain("red", "state.notSaving");
  if (graceOf(printer) !== null) return plain("green", "state.soon");
  const decision = printer.queue.decisions[0];
  if (decision !== undefined) {
    switch (decision.outcome) {
      case "finished":
        return plain("green", "state.done");
      case "failed":
        return plain("red", "state.failed");
      case "cancelled":
        return plain("amber", "state.cancelled");
      case "interrupted":
        return plain("amber", "state.interrupted");
      case "unknown":
        return plain("amber", "state.outcomeUnknown");
      default:
        return assertNever(decision.outcome, "outcome");
    }
  }
  if (asks("transfer")) return plain("amber", "state.notStarted");
  if (asks("foreign_queue")) return plain("amber", "state.asks");
  if (asks("options")) return plain("amber", "state.idle");
  if (asks("not_master")) return plain("grey", "state.watching");
  if (printer.options.out_of_service) return plain("dim", "state.outOfService");
  if (!asks("plate")) return plain("grey", "state.idle");
  return printer.plate.state === "unknown"
    ? plain("amber", "state.plateUnknown")
    : plain("green", "state.done");
}
