import { describe, expect, it } from "vitest";
import type { MenuItemConstructorOptions } from "electron";
import { menuTemplate } from "../../../electron/main/menuTemplate.ts";

const actions = {
  addFiles() {},
  revealDataFolder() {},
  openInBrowser() {},
  exportDiagnostics() {},
  showScreen() {},
  openLink() {},
};
const items = (platform: string): MenuItemConstructorOptions[] =>
  menuTemplate(platform, actions).flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []));

describe("the application menu", () => {
  it("leads to every screen by Ctrl and its place, and opens files", () => {
    const keys = items("linux").flatMap(({ label, accelerator }) =>
      accelerator === undefined ? [] : [`${accelerator} ${label ?? ""}`],
    );
    expect(keys).toEqual([
      "CmdOrCtrl+O Add G-code Files…",
      "CmdOrCtrl+, Settings of This Computer…",
      "CmdOrCtrl+1 Board",
      "CmdOrCtrl+2 Wall",
      "CmdOrCtrl+3 Library",
      "CmdOrCtrl+4 History",
      "CmdOrCtrl+5 Printers",
      "CmdOrCtrl+6 Settings",
    ]);
  });

  it("has no emergency stop: a key in the wrong window must not stop machines", () => {
    const texts = JSON.stringify(menuTemplate("linux", actions));
    expect(texts).not.toMatch(/emergency|stop/i);
  });

  it("has the roles of the platform", () => {
    expect(items("linux").map(({ role }) => role)).toEqual(
      expect.arrayContaining(["quit", "about"]),
    );
    expect(menuTemplate("darwin", actions)[0]).toEqual({ role: "appMenu" });
  });
});
