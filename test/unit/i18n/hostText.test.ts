import { globSync, readFileSync } from "node:fs";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { hostTextTranslator } from "#shared/i18n/hostText.ts";
import { hostTextsDe } from "#shared/i18n/hostTexts.de.ts";

const german = hostTextTranslator(hostTextsDe);

/** Every room of the host that can say something to the page. */
const ROOMS = ["engine", "link", "library", "discovery", "store", "server", "webhooks"];
/** Sentences that no operator gets to read: words of Moonraker, of slicers, and of our own log. */
const FOR_NOBODY = [
  /^Done printing file|^File selected|^Unable to open file$|^End file list|^Method not found|^Given up$/,
  /^Filament |^Layer height|^Nozzle diameter/,
  /^SQLite |^Lost update of |^Migration |^Klippy's state is not told|with unusable params$/,
  /^Copy .* has no job\.$|^Invalid job id|is no path below|is no note's name/,
  /^Cannot be read:|^The metadata worker broke/,
  // What only another program can cause, by a call that the page does not make, or a page for browsers.
  /^Namespace '|^Key 'VALUE' in namespace|^Clients may keep|^This namespace or key is empty/,
  /^Invalid params|^Parse error$|^No data for argument|^Invalid source: |^Invalid root path: /,
  /^This is (the queue of )?<b>VALUE|^Printer is ready$|^Nextplate on VALUE \(|^Made through the API$/,
  /^The JSON body must be|^JSON-RPC needs|^A request body may have|^Can "Upgrade" only/,
  /^A file is uploaded as multipart|boundary is missing$|^A g-code file for the root/,
  /^No connection associated|^Connection already identified|^Only a websocket connection/,
  /bridges to Klipper already$|^The printer refuses the bridge|^A message holds one frame/,
  /^API keys are shown once|^No user logged in$|^Failed to decode JWT/,
  /^G-code kept here is not packed|^Invalid job uid: /,
  /^Nextplate is closing|^This is not a cursor|^The printer's answer is longer/,
];

/** Every sentence that a source file spells out, with `VALUE` where it puts something in. */
function sentencesOf(file: string): string[] {
  const source = ts.createSourceFile(
    file,
    readFileSync(file, "utf8"),
    ts.ScriptTarget.Latest,
    true,
  );
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const text = ts.isExpression(node) ? textOf(node) : undefined;
    if (text !== undefined) {
      if (/^([A-Z]|VALUE)/.test(text) && /[a-z]{2,} [a-z]/.test(text)) found.push(text);
      if (!ts.isTemplateExpression(node)) return;
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function textOf(node: ts.Expression): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    return node.head.text + node.templateSpans.map((span) => `VALUE${span.literal.text}`).join("");
  }
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) {
    return undefined;
  }
  const [left, right] = [textOf(node.left), textOf(node.right)];
  return left === undefined || right === undefined ? undefined : left + right;
}

describe("what the host says, in German", () => {
  it("has a German sentence for each of the host's that a person reads", () => {
    const files = ROOMS.flatMap((room) => globSync(`electron/host/${room}/**/*.ts`));
    const all = files.flatMap(sentencesOf);
    expect(all.length).toBeGreaterThan(150);
    const unknown = all.filter(
      (text) => german(text) === text && !FOR_NOBODY.some((pattern) => pattern.test(text)),
    );
    expect(unknown).toEqual([]);
  });

  it("keeps every value, in the order that German wants", () => {
    for (const [english, text] of Object.entries(hostTextsDe)) {
      const values = [...english.matchAll(/\{(\d)\}/g)].map((match) => match[1]);
      expect([english, values]).toEqual([english, values.map((_, index) => String(index + 1))]);
      const said = [...text.matchAll(/\{(\d)\}/g)].map((match) => match[1]);
      for (const value of said) expect(values).toContain(value);
    }
  });

  it("puts the values in, and translates those that are sentences themselves", () => {
    expect(german("benchy.gcode is finished.")).toBe("benchy.gcode ist fertig.");
    expect(
      german(
        "The queue is paused: The start was not sent: The printer did not answer before the start.",
      ),
    ).toBe(
      "Die Warteschlange ist angehalten: Der Start wurde nicht gesendet: Der Drucker hat vor dem Start nicht geantwortet.",
    );
    expect(german("Is the plate clear? benchy.gcode ended failed.")).toBe(
      "Ist die Platte frei? benchy.gcode ist fehlgeschlagen.",
    );
  });

  it("has a German sentence for each that the desktop app's page of a failed start shows", () => {
    const files = ["electron/host/server/listener.ts", "electron/host/log/pinoLogger.ts"];
    const shell = ["shownHost", "updates", "openedFiles"].map((name) => `electron/main/${name}.ts`);
    const all = [...files, ...shell].flatMap(sentencesOf);
    expect(all.length).toBeGreaterThanOrEqual(6);
    expect(all.filter((text) => german(text) === text)).toEqual([]);
  });

  it("says a sentence whose last value is missing", () => {
    expect(german("Klipper is not running, or the printer has no power.")).toBe(
      "Klipper läuft nicht, oder der Drucker hat keinen Strom.",
    );
    expect(german("Klipper is not ready. Lost communication with MCU 'mcu'")).toBe(
      "Klipper ist nicht bereit. Lost communication with MCU 'mcu'",
    );
  });

  it("leaves alone what it does not know: notes of people and words of the firmware", () => {
    expect(german("Keep for Anna")).toBe("Keep for Anna");
    expect(german("!! Move out of range: 999 0 0 [0]")).toBe("!! Move out of range: 999 0 0 [0]");
  });
});
