import type { Reason } from "#shared/domain/queue.ts";
import { type ForeignQueue, foreignQueueText } from "./foreignQueue.ts";
import type { LeaseHolder } from "./leaseMachine.ts";

/** Whether this host may start prints at a printer, as the engine's readiness sees it. */
export interface Mastery {
  readonly lease:
    | { readonly kind: "unknown"; readonly problem: string | null }
    | { readonly kind: "held" }
    | { readonly kind: "managed"; readonly holder: LeaseHolder };
  /** The printer's own queue while a person has not said what becomes of it. */
  readonly question: ForeignQueue | null;
}

export const UNKNOWN_MASTERY: Mastery = {
  lease: { kind: "unknown", problem: null },
  question: null,
};

/** What of it keeps a print from starting. */
export function masterReasons({ lease, question }: Mastery): readonly Reason[] {
  const found: Reason[] = [];
  if (lease.kind === "managed") found.push({ code: "not_master", text: managedText(lease.holder) });
  if (lease.kind === "unknown") {
    const text =
      lease.problem === null
        ? "Finding out who manages this printer."
        : `Nobody could find out who manages this printer: ${lease.problem}`;
    found.push({ code: "reconciling", text });
  }
  if (question !== null) found.push({ code: "foreign_queue", text: foreignQueueText(question) });
  return found;
}

export function managedText({ host, user }: LeaseHolder): string {
  return user === "" ? `Managed by ${host}.` : `Managed by ${host} (${user}).`;
}

export function sameMastery(a: Mastery, b: Mastery): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
