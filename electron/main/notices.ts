import type { PrinterView } from "#shared/contract/farm.ts";
import type { DesktopSettings, NoticeKind } from "#shared/desktop/settings.ts";

/** Something a person should come for. */
export interface Notice {
  readonly kind: NoticeKind;
  readonly printer: { readonly id: string; readonly name: string };
  readonly text: string;
}

/** What is shown: one notice, or several of a kind together. */
export interface GroupedNotice {
  readonly kind: NoticeKind;
  readonly title: string;
  readonly body: string;
  /** Where a click leads; null = the board, since it is about several. */
  readonly printer: string | null;
}

const TITLES: Readonly<Record<NoticeKind, readonly [one: string, many: string]>> = {
  plate: ["Plate to clear", "plates to clear"],
  failed: ["Print needs a decision", "prints need a decision"],
  paused: ["Print paused", "prints paused"],
  link: ["Printer lost", "printers lost"],
};

/**
 * What is new between two views of a printer. Without a former view nothing is: a start of the app must
 * not repeat what was known before it.
 */
export function noticesBetween(before: PrinterView | undefined, after: PrinterView): Notice[] {
  if (before === undefined) return [];
  const printer = { id: after.id, name: after.name };
  const found: Notice[] = [];
  const asked = (view: PrinterView) => view.attention.find(({ kind }) => kind === "plate");
  const plate = asked(after);
  if (plate !== undefined && asked(before) === undefined) {
    found.push({ kind: "plate", printer, text: plate.text });
  }
  const open = new Set(before.queue.decisions.map(({ attempt }) => attempt));
  const decision = after.queue.decisions.find(({ attempt }) => !open.has(attempt));
  if (decision !== undefined) {
    const text = `${decision.filename}: ${decision.message ?? decision.outcome}`;
    found.push({ kind: "failed", printer, text });
  }
  if (after.activity === "paused" && before.activity === "printing") {
    found.push({ kind: "paused", printer, text: after.current?.filename ?? "" });
  }
  // A printer that is switched off between two prints is no news; one with work is.
  const hadWork = before.current !== null || after.queue.rows.length > 0;
  const lost = after.link.state === "unreachable" && before.link.state === "connected";
  if (lost && hadWork) found.push({ kind: "link", printer, text: after.link.detail ?? "" });
  return found;
}

/** One notification per kind: a farm that loses its network says so once. */
export function groupNotices(notices: readonly Notice[]): GroupedNotice[] {
  const kinds = [...new Set(notices.map(({ kind }) => kind))];
  return kinds.flatMap((kind): GroupedNotice[] => {
    // The newest word of each printer.
    const byPrinter = new Map(
      notices.flatMap((notice) => (notice.kind === kind ? [[notice.printer.id, notice]] : [])),
    );
    const [first] = byPrinter.values();
    if (first === undefined) return [];
    const [one, many] = TITLES[kind];
    if (byPrinter.size === 1) {
      const title = `${one}: ${first.printer.name}`;
      return [{ kind, title, body: first.text, printer: first.printer.id }];
    }
    const names = [...byPrinter.values()].map(({ printer }) => printer.name);
    return [{ kind, title: `${names.length} ${many}`, body: names.join(", "), printer: null }];
  });
}

/** Whether notifications keep silent at this minute of the day. */
export function isQuiet(hours: DesktopSettings["quietHours"], minute: number): boolean {
  if (hours === null) return false;
  const { from, to } = hours;
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
}

/**
 * A body that reads the same everywhere: on Linux it is taken for markup, and what printers and file names
 * say must not become links or pictures.
 */
export function plainBody(body: string, platform: string): string {
  if (platform !== "linux") return body;
  return body.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
