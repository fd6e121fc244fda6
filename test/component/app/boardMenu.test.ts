import { afterEach, describe, expect, it } from "vitest";
import { pressBoardKey } from "@/app/boardMenu.ts";

/** A line that is selected, on a screen that is seen or not. */
function selectedLine(isAway: boolean): readonly string[] {
  document.body.innerHTML = `<div ${isAway ? "data-away" : ""}><div data-row="0" aria-selected="true" tabindex="-1"></div></div>`;
  const heard: string[] = [];
  document.querySelector("[data-row]")?.addEventListener("keydown", (event) => {
    if (event instanceof KeyboardEvent) heard.push(event.key);
  });
  return heard;
}

describe("the application menu's entries for jobs", () => {
  afterEach(() => document.body.replaceChildren());

  it("act on the line that is selected", () => {
    const heard = selectedLine(false);
    expect(pressBoardKey("remove")).toBe(true);
    expect(heard).toEqual(["Delete"]);
  });

  it("never act on a line of a board that is not seen", () => {
    const heard = selectedLine(true);
    expect(pressBoardKey("remove")).toBe(false);
    document.querySelector<HTMLElement>("[data-row]")?.focus();
    expect(pressBoardKey("remove")).toBe(false);
    expect(heard).toEqual([]);
  });
});
