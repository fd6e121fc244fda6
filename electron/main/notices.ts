import type { AttemptOutcome } from "#shared/domain/attempt.ts";
import type { PrinterView } from "#shared/contract/farm.ts";
import type { DesktopSettings, NoticeKind } from "#shared/desktop/settings.ts";
import type { ShellTextKey, ShellTexts } from "./texts/shellTexts.ts";

/** Something a person should come for. */
export interface Notice {
  readonly kind: NoticeKind;
  readonly printer: { readonly id: string; readonly name: string };
  readonly news: NoticeNews;
}

/** What there is to say, before it is said in somebody's language. */
export type NoticeNews =
  | { readonly kind: "said"; readonly words: string }
  | {
      readonly kind: "ended";
      readonly file: string;
      /** What the printer said to it; null = nothing. */
      readonly message: string | null;
      readonly outcome: AttemptOutcome;
    };

/** What is shown: one notice, or several of a kind together. */
export interface GroupedNotice {
  readonly kind: NoticeKind;
  readonly title: string;
  readonly body: string;
  /** Where a click leads; null = the board, since it is about several. */
  readonly printer: string | null;
}

const MANY = {
  plate: "notice.platesMany",
  failed: "notice.failedMany",
  paused: "notice.pausedMany",
  link: "notice.linkMany",
} as const satisfies Readonly<Record<NoticeKind, ShellTextKey>>;

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
    found.push({ kind: "plate", printer, news: saying(plate.text) });
  }
  const open = new Set(before.queue.decisions.map(({ attempt }) => attempt));
  const decision = after.queue.decisions.find(({ attempt }) => !open.has(attempt));
  if (decision !== undefined) {
    const { filename: file, message, outcome } = decision;
    found.push({ kind: "failed", printer, news: { kind: "ended", file, message, outcome } });
  }
  if (after.activity === "paused" && before.activity === "printing") {
    found.push({ kind: "paused", printer, news: saying(after.current?.filename ?? "") });
  }
  // A printer that is switched off between two prints is no news; one with work is.
  const hadWork = before.current !== null || after.queue.rows.length > 0;
  const lost = after.link.state === "unreachable" && before.link.state === "connected";
  if (lost && hadWork) found.push({ kind: "link", printer, news: saying(after.link.detail ?? "") });
  return found;
}

const saying = (words: string): NoticeNews => ({ kind: "said", words });

/** One notification per kind: a farm that loses its network says so once. */
export function groupNotices(notices: readonly Notice[], texts: ShellTexts): GroupedNotice[] {
  const kinds = [...new Set(notices.map(({ kind }) => kind))];
  return kinds.flatMap((kind): GroupedNotice[] => {
    // The newest word of each printer.
    const byPrinter = new Map(
      notices.flatMap((notice) => (notice.kind === kind ? [[notice.printer.id, notice]] : [])),
    );
    const [first] = byPrinter.values();
    if (first === undefined) return [];
    if (byPrinter.size === 1) {
      const title = texts.t(`notice.${kind}`, { printer: first.printer.name });
      return [{ kind, title, body: bodyOf(first.news, texts), printer: first.printer.id }];
    }
    const names = [...byPrinter.values()].map(({ printer }) => printer.name);
    const title = texts.t(MANY[kind], { count: names.length });
    return [{ kind, title, body: names.join(", "), printer: null }];
  });
}

function bodyOf(news: NoticeNews, { t, said }: ShellTexts): string {
  if (news.kind === "said") return said(news.words);
  const { file, message, outcome } = news;
  return `${file}: ${message === null ? t(`outcome.${outcome}`) : said(message)}`;
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
