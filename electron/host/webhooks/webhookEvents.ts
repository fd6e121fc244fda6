import type { PrinterView } from "#shared/contract/farm.ts";
import type { WebhookEvent } from "#shared/contract/farmWebhooks.ts";
import type { Attempt } from "#shared/domain/attempt.ts";
import type { PrinterId } from "#shared/domain/ids.ts";

/** Something a webhook may be told of. */
export interface FarmEvent {
  readonly event: WebhookEvent;
  readonly printer: PrinterId;
  /** The same thing has the same key, also when it is found out twice; null = every time is a new one. */
  readonly key: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What has been told of a printer, as far as it decides what is news. */
export interface Told {
  /** null = nobody knows yet: the first word on it is no news. */
  readonly offline: boolean | null;
  /** The attempt whose print has been told to have begun. */
  readonly started: string | null;
  readonly waiting: number;
  readonly attention: readonly string[];
}

/** What a printer shows when we begin to look: none of it is news. */
export function firstSight(view: PrinterView): Told {
  return tell({ offline: null, started: null, waiting: 0, attention: [] }, view).told;
}

/** What is new about a printer since it was last looked at. Pure. */
export function tell(
  before: Told,
  view: PrinterView,
): { readonly told: Told; readonly news: readonly FarmEvent[] } {
  const offline = offlineOf(view) ?? before.offline;
  const started = startedOf(view) ?? before.started;
  const waiting = view.queue.rows.length;
  const attention = view.attention.map(({ kind }) => kind);
  const news: FarmEvent[] = [];
  const add = (event: WebhookEvent, key: string | null, data: FarmEvent["data"]): void => {
    const printer = { id: view.id, name: view.name };
    news.push({ event, printer: view.id, key, data: { printer, ...data } });
  };

  if (before.offline !== null && offline !== before.offline) {
    if (offline === true) add("printer.offline", null, { detail: view.link.detail });
    else add("printer.online", null, { klippy_state: view.klippy.state });
  }
  if (started !== null && started !== before.started && view.current !== null) {
    const { filename, job_id } = view.current;
    add("print.started", `${started}.started`, { filename, job_id, attempt: started });
  }
  if (waiting === 0 && before.waiting > 0) add("queue.empty", null, {});
  for (const { kind, text } of view.attention) {
    if (!before.attention.includes(kind)) add("attention", null, { kind, text });
  }
  return { told: { offline, started, waiting, attention }, news };
}

/** How a print of the queue ended. */
export function endOf(attempt: Attempt, printerName: string): FarmEvent {
  const { id, filename, jobId, copyId, state, message, startedAt, endedAt, printerId } = attempt;
  const seconds = (at: number | null): number | null => (at === null ? null : at / 1000);
  return {
    event: "print.ended",
    printer: printerId,
    key: `${id}.ended`,
    data: {
      printer: { id: printerId, name: printerName },
      filename,
      job_id: copyId,
      job: jobId,
      attempt: id,
      outcome: state,
      message,
      started: seconds(startedAt),
      ended: seconds(endedAt),
    },
  };
}

/** Undefined while it is being found out. */
function offlineOf({ link }: PrinterView): boolean | undefined {
  switch (link.state) {
    case "connected":
      return false;
    case "unreachable":
    case "unauthorized":
      return true;
    case "connecting":
      return undefined;
  }
}

function startedOf({ current }: PrinterView): string | null {
  if (current?.source !== "queue") return null;
  return ["printing", "paused", "finishing"].includes(current.state) ? current.attempt : null;
}
