import { DisposableStore } from "#shared/util/disposable.ts";
import type { LinkState, PrinterLink } from "../link/printerLink.ts";
import { readPrintFacts } from "./printFacts.ts";
import type { QueueInput } from "./queueModel.ts";

/** Turns what a link tells into inputs, each with the session it belongs to; without one it says nothing. */
export function listenTo(link: PrinterLink, post: (input: QueueInput) => void): DisposableStore {
  const subscriptions = new DisposableStore();
  subscriptions.add(link.onDidChangeState((state) => post(linkInput(link, state))));
  subscriptions.add(
    link.onDidChangeStatus(({ status }) => {
      const epoch = epochOf(link);
      if (epoch !== null) post({ kind: "status", epoch, print: readPrintFacts(status) });
    }),
  );
  subscriptions.add(
    link.onDidReceiveGcode((line) => {
      const epoch = epochOf(link);
      if (epoch !== null) post({ kind: "gcode", epoch, line });
    }),
  );
  subscriptions.add(link.onDidChangeHistory((entry) => post({ kind: "history_entry", entry })));
  return subscriptions;
}

/** The state of a link, with what its printer shows in this very turn. */
export function linkInput(link: PrinterLink, state: LinkState): QueueInput {
  const hasSession = state.kind === "connected" && state.session !== null;
  return { kind: "link", state, print: hasSession ? readPrintFacts(link.status()) : null };
}

/** Tells one session from the next; null = there is none. */
export function epochOf({ state }: PrinterLink): number | null {
  return state.kind === "connected" ? (state.session?.epoch ?? null) : null;
}
