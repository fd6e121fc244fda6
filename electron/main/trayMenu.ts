import type { MenuItemConstructorOptions } from "electron";
import type { FarmDigest, PrinterLine } from "./farmDigest.ts";

export interface TrayActions {
  readonly showWindow: () => void;
  readonly showPrinter: (id: string) => void;
  readonly quit: () => void;
}

/** Printers a menu names; a farm of hundreds is for the wall. */
const AT_MOST = 30;

/** The tray's menu as data: who needs a person first, one submenu per printer. */
export function trayMenu(farm: FarmDigest, actions: TrayActions): MenuItemConstructorOptions[] {
  const calling = farm.lines.filter(({ needsPerson }) => needsPerson);
  const others = farm.lines.filter(({ needsPerson }) => !needsPerson);
  const shown = [...calling, ...others].slice(0, AT_MOST);
  const hidden = farm.lines.length - shown.length;
  const more: MenuItemConstructorOptions[] =
    hidden === 0 ? [] : [{ label: `${hidden} more on the board`, click: actions.showWindow }];
  return [
    { label: traySummary(farm), enabled: false },
    { type: "separator" },
    ...shown.map((line) => printerItem(line, actions)),
    ...more,
    { type: "separator" },
    { label: "Open Nextplate", click: actions.showWindow },
    { label: "Quit", click: actions.quit },
  ];
}

/** One line for the tooltip and the head of the menu. */
export function traySummary({ attention, busy, lines }: FarmDigest): string {
  if (lines.length === 0) return "Nextplate";
  const wants = attention === 1 ? "1 printer needs you" : `${attention} printers need you`;
  const prints = busy === 0 ? "nothing prints" : `${busy} of ${lines.length} printing`;
  return attention === 0 ? `Nextplate: ${prints}` : `Nextplate: ${wants}, ${prints}`;
}

function printerItem(line: PrinterLine, actions: TrayActions): MenuItemConstructorOptions {
  return {
    label: escapeMnemonic(line.needsPerson ? `● ${line.name}` : line.name),
    submenu: [
      { label: escapeMnemonic(line.text), enabled: false },
      { label: "Show on Board", click: () => actions.showPrinter(line.id) },
    ],
  };
}

/** An ampersand in a menu underlines the next letter unless it is doubled. */
function escapeMnemonic(text: string): string {
  return text.replaceAll("&", "&&");
}
