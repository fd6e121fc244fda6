import { describe, expect, it } from "vitest";
import { parseWindowState, placeWindow } from "../../../electron/main/windowState.ts";

const screen = { x: 0, y: 0, width: 1920, height: 1080 };
const second = { x: 1920, y: 0, width: 1280, height: 1024 };
const at = (x: number, y: number) => ({
  bounds: { x, y, width: 1000, height: 700 },
  maximized: false,
});

describe("where the window opens", () => {
  it("is where it was, also on a second screen", () => {
    expect(placeWindow(at(2000, 50), [screen, second])).toEqual(at(2000, 50));
  });

  it("is the first screen once the second is gone", () => {
    const { bounds } = placeWindow(at(2000, 50), [screen]);
    expect(bounds).toEqual({ x: 240, y: 90, width: 1440, height: 900 });
  });

  it("is never with the title bar out of reach", () => {
    expect(placeWindow(at(100, 1070), [screen]).bounds.y).toBe(90);
    expect(placeWindow(at(100, -300), [screen]).bounds.y).toBe(90);
  });

  it("fits a small screen", () => {
    const { bounds } = placeWindow(null, [{ x: 0, y: 30, width: 1024, height: 600 }]);
    expect(bounds).toEqual({ x: 0, y: 30, width: 1024, height: 600 });
  });

  it.each(["", "{}", '{"bounds":{"x":"1"}}', "[1"])("ignores what is stored as %j", (text) => {
    expect(parseWindowState(text)).toBeNull();
  });
});
