import type { OpenDecision, PrinterView } from "#shared/contract/farm.ts";
import { assertNever } from "#shared/util/assertNever.ts";
import type * as z from "zod";
import { type Grace, graceOf } from "./graceOf.ts";

type Decision = z.output<typeof OpenDecision>;

/** What a column shows between its head and its queue: a question to a person, a trouble, or nothing. */
export type ColumnForm =
  | { readonly kind: "calm" }
  | { readonly kind: "grace"; readonly grace: Grace }
  | { readonly kind: "plate"; readonly reason: string }
  | { readonly kind: "decision"; readonly decision: Decision; readonly more: number }
  | { readonly kind: "klippy"; readonly state: "shutdown" | "error"; readonly message: string }
  | { readonly kind: "unauthorized"; readonly text: string }
  | {
      readonly kind: "offline";
      readonly waiting: number;
      /** The host answers, only Klipper is not there: the printer's power is off. */
      readonly reachable: boolean;
      readonly detail: string | null;
    }
  | { readonly kind: "master"; readonly question: "foreign_queue" | "not_master" }
  /** `again`: it is tried again without anybody's help. */
  | { readonly kind: "transfer"; readonly text: string; readonly again: boolean }
  | { readonly kind: "options" | "store"; readonly text: string }
  /** Nobody is needed; it only explains why nothing starts. */
  | { readonly kind: "service" };

/** One form at a time: the first thing in need of a person, in the host's order of urgency. */
export function columnForm(printer: PrinterView): ColumnForm {
  const grace = graceOf(printer);
  if (grace !== null) return { kind: "grace", grace };
  for (const { kind, text } of printer.attention) {
    switch (kind) {
      case "plate":
        return { kind: "plate", reason: printer.plate.reason };
      case "decision": {
        const [decision, ...others] = printer.queue.decisions;
        if (decision !== undefined) return { kind: "decision", decision, more: others.length };
        break;
      }
      case "klippy": {
        const state = printer.klippy.state === "shutdown" ? "shutdown" : "error";
        return { kind: "klippy", state, message: printer.klippy.message || text };
      }
      case "unauthorized":
        return { kind: "unauthorized", text };
      case "offline_with_jobs": {
        const reachable = printer.link.state === "connected";
        const waiting = printer.queue.rows.length;
        return { kind: "offline", waiting, reachable, detail: printer.link.detail };
      }
      case "foreign_queue":
      case "not_master":
        return { kind: "master", question: kind };
      case "transfer":
        return { kind, text, again: printer.queue.armed };
      case "options":
      case "store":
        return { kind, text };
      case "print_paused":
        // Its print says so itself, with the button that goes on.
        break;
      default:
        assertNever(kind, "attention");
    }
  }
  return printer.options.out_of_service ? { kind: "service" } : { kind: "calm" };
}
