import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import type { Locator, Page } from "playwright-core";
import * as z from "zod";

const require = createRequire(import.meta.url);

/** A real sliced file of the fixtures. */
export function gcodeFile(name: string): string {
  return fileURLToPath(new URL(`../fixtures/gcode/${name}`, import.meta.url));
}

/** The board as a person uses it; the same in a browser and in the desktop app. */
export class BoardPage {
  readonly page: Page;
  /** Whatever the page complained about: uncaught errors, refused resources, console errors. */
  readonly complaints: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on("pageerror", (error) => this.complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error")
        this.complaints.push(`${message.text()} (${message.location().url})`);
    });
  }

  /** The columns, in the order of the board. */
  columns(): Locator {
    return this.page.locator("article[data-testid^='printer-']");
  }

  async column(index: number): Promise<Column> {
    const column = this.columns().nth(index);
    await column.waitFor();
    return new Column(this.page, column);
  }

  /** Accessibility rules that the page breaks now, as axe-core sees it; empty = none. */
  async accessibilityViolations(): Promise<readonly string[]> {
    const axe = require.resolve("axe-core/axe.min.js");
    // Evaluated, not added as a script element: the page's policy allows no foreign script.
    await this.page.evaluate(await readFile(axe, "utf8"));
    // Colours on their way from one theme to the other are nobody's contrast.
    await this.page.evaluate(
      "Promise.allSettled(document.getAnimations().filter((a) => Number.isFinite(a.effect.getComputedTiming().endTime)).map((a) => a.finished))",
    );
    const found: unknown = await this.page.evaluate(
      "axe.run(document, { resultTypes: ['violations'] })",
    );
    return Violations.parse(found).violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`,
    );
  }
}

const Violations = z.object({
  violations: z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) })),
});

/** One printer's column. */
export class Column {
  readonly page: Page;
  readonly locator: Locator;

  constructor(page: Page, locator: Locator) {
    this.page = page;
    this.locator = locator;
  }

  part(testId: string): Locator {
    return this.locator.getByTestId(testId);
  }

  /** The waiting jobs, head first. */
  rows(): Locator {
    return this.locator.locator("[data-testid^='job-']");
  }

  /** Lets a file fall onto the column, as from the desktop. */
  dropFile(path: string): Promise<void> {
    return dropFile(this.locator, path);
  }
}

/** Lets a file fall onto a part of the page, as from the desktop. */
export async function dropFile(target: Locator, path: string): Promise<void> {
  const name = JSON.stringify(basename(path));
  const text = JSON.stringify(await readFile(path, "utf8"));
  const transfer = await target.page().evaluateHandle(
    `(() => {
      const data = new DataTransfer();
      data.items.add(new File([${text}], ${name}));
      return data;
    })()`,
  );
  for (const type of ["dragenter", "dragover", "drop"]) {
    await target.dispatchEvent(type, { dataTransfer: transfer });
  }
}
