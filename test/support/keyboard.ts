import type { Page } from "playwright-core";
import * as z from "zod";

const Focused = z.object({ testId: z.string(), label: z.string(), inside: z.array(z.string()) });
type Focused = z.output<typeof Focused>;

/** What has the keyboard, read by the page itself; nothing is given the focus here. */
const READ_FOCUS = `(() => {
  const element = document.activeElement;
  const inside = [];
  for (let at = element; at; at = at.parentElement) if (at.dataset?.testid) inside.push(at.dataset.testid);
  return {
    testId: element?.dataset?.testid ?? "",
    label: element?.getAttribute("aria-label") ?? element?.textContent?.trim() ?? "",
    inside,
  };
})()`;

/** More stops than any screen of these tests has. */
const MOST_STOPS = 120;

/** A person without a mouse: presses keys and looks where they lead. */
export class Keyboard {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.#page.keyboard.press(key);
  }

  async type(text: string): Promise<void> {
    await this.#page.keyboard.type(text);
  }

  async focused(): Promise<Focused> {
    return Focused.parse(await this.#page.evaluate(READ_FOCUS));
  }

  /** Presses Tab (or Shift+Tab) until `testId` has the keyboard, inside `within` where given. */
  async tabTo(testId: string, within?: string, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
    const passed: string[] = [];
    for (let stops = 0; stops < MOST_STOPS; stops++) {
      const focused = await this.focused();
      const isThere = within === undefined || focused.inside.includes(within);
      if (focused.testId === testId && isThere) return;
      passed.push(focused.testId || focused.label.slice(0, 20));
      await this.press(key);
    }
    throw new Error(`${key} did not lead to ${testId}; it went over ${passed.join(", ")}`);
  }
}
