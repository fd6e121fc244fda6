import { describe, expect, it } from "vitest";
import { EMPTY_DIGEST } from "../../../electron/main/farmDigest.ts";
import { taskbarState, WindowTaskbar } from "../../../electron/main/taskbar.ts";

/** Stands for Electron's app and one of its windows, and records what they are told. */
function desktop() {
  const said: unknown[][] = [];
  let window = windowOf(1);
  function windowOf(id: number) {
    return { id, setProgressBar: (...given: unknown[]) => void said.push(["progress", ...given]) };
  }
  const app = { setBadgeCount: (count?: number) => said.push(["badge", count]) > 0 };
  const taskbar = new WindowTaskbar(app, () => window);
  return { said, taskbar, newWindow: () => (window = windowOf(2)) };
}

describe("the taskbar of Windows and the dock of a Mac", () => {
  it("show the mean progress, in amber while somebody is needed, and the count of who needs it", () => {
    const { said, taskbar } = desktop();
    taskbar.show(taskbarState({ ...EMPTY_DIGEST, busy: 1, progress: 0.254 }));
    taskbar.show(taskbarState({ ...EMPTY_DIGEST, busy: 1, progress: 0.5, attention: 2 }));
    taskbar.show(taskbarState(EMPTY_DIGEST));
    expect(said).toEqual([
      ["badge", 0],
      ["progress", 0.25, { mode: "normal" }],
      ["badge", 2],
      ["progress", 0.5, { mode: "paused" }],
      ["badge", 0],
      ["progress", -1, { mode: "normal" }],
    ]);
  });

  it("are told of a change alone, and a new window of everything", () => {
    const { said, taskbar, newWindow } = desktop();
    const printing = { ...EMPTY_DIGEST, busy: 1 };
    taskbar.show(taskbarState({ ...printing, progress: 0.251 }));
    taskbar.show(taskbarState({ ...printing, progress: 0.252 }));
    expect(said).toHaveLength(2);
    newWindow();
    taskbar.show(taskbarState({ ...printing, progress: 0.252 }));
    expect(said).toHaveLength(4);
  });
});
