import type { MenuItemConstructorOptions } from "electron";
import { assertNever } from "#shared/util/assertNever.ts";
import type { FarmDigest, PrinterLine, PrinterNews } from "./farmDigest.ts";
import type { ShellTexts } from "./texts/shellTexts.ts";

export interface TrayActions {
  readonly showWindow: () => void;
  readonly showPrinter: (id: string) => void;
  readonly quit: () => void;
}

/** Printers a menu names; a farm of hundreds is for the wall. */
const AT_MOST = 30;

/** The tray's menu as data: who needs a person first, one submenu per printer. */
export function trayMenu(
  farm: FarmDigest,
  texts: ShellTexts,
  actions: TrayActions,
): MenuItemConstructorOptions[] {
  const { t } = texts;
  const calling = farm.lines.filter(({ news }) => news.kind === "asks");
  const others = farm.lines.filter(({ news }) => news.kind !== "asks");
  const shown = [...calling, ...others].slice(0, AT_MOST);
  const hidden = farm.lines.length - shown.length;
  const more: MenuItemConstructorOptions[] =
    hidden === 0 ? [] : [{ label: t("tray.more", { count: hidden }), click: actions.showWindow }];
  return [
    { label: traySummary(farm, texts), enabled: false },
    { type: "separator" },
    ...shown.map((line) => printerItem(line, texts, actions)),
    ...more,
    { type: "separator" },
    { label: t("tray.open"), click: actions.showWindow },
    { label: t("menu.quit"), click: actions.quit },
  ];
}

/** One line for the tooltip and the head of the menu. */
export function traySummary({ attention, busy, lines }: FarmDigest, { t }: ShellTexts): string {
  if (lines.length === 0) return "Nextplate";
  const wants = t("tray.needsYou", { count: attention });
  const prints =
    busy === 0 ? t("tray.nothingPrints") : t("tray.printing", { count: busy, all: lines.length });
  return attention === 0 ? `Nextplate: ${prints}` : `Nextplate: ${wants}, ${prints}`;
}

function printerItem(
  { id, name, news }: PrinterLine,
  texts: ShellTexts,
  actions: TrayActions,
): MenuItemConstructorOptions {
  return {
    label: escapeMnemonic(news.kind === "asks" ? `● ${name}` : name),
    submenu: [
      { label: escapeMnemonic(wordsOf(news, texts)), enabled: false },
      { label: texts.t("tray.show"), click: () => actions.showPrinter(id) },
    ],
  };
}

function wordsOf(news: PrinterNews, { t, said }: ShellTexts): string {
  switch (news.kind) {
    case "asks":
      return said(news.text);
    case "prints": {
      const { file, percent } = news;
      return t(news.paused ? "tray.pausedPrint" : "tray.print", { file, percent });
    }
    case "other": {
      const word = t(`activity.${news.activity}`);
      return news.waiting === 0 ? word : t("tray.waiting", { word, count: news.waiting });
    }
    default:
      return assertNever(news, "news");
  }
}

/** An ampersand in a menu underlines the next letter unless it is doubled. */
function escapeMnemonic(text: string): string {
  return text.replaceAll("&", "&&");
}
