import { describe, expect, it, vi } from "vitest";
import type { KeyboardEvent, MenuItemConstructorOptions } from "electron";
import { BOARD_KEYS, isBoardKeyName } from "#shared/desktop/boardKeys.ts";
import { acceleratorOf } from "../../../electron/main/menuKeys.ts";
import { type MenuActions, menuTemplate } from "../../../electron/main/menuTemplate.ts";
import { shellTexts } from "../../../electron/main/texts/shellTexts.ts";

const english = shellTexts("en");
const recorded = (): MenuActions => ({
  addFiles: vi.fn<MenuActions["addFiles"]>(),
  revealDataFolder: vi.fn<MenuActions["revealDataFolder"]>(),
  openInBrowser: vi.fn<MenuActions["openInBrowser"]>(),
  exportDiagnostics: vi.fn<MenuActions["exportDiagnostics"]>(),
  showScreen: vi.fn<MenuActions["showScreen"]>(),
  openLink: vi.fn<MenuActions["openLink"]>(),
  pressKey: vi.fn<MenuActions["pressKey"]>(),
  goToColumn: vi.fn<MenuActions["goToColumn"]>(),
  editText: vi.fn<MenuActions["editText"]>(),
});

/** All items, those of submenus too. */
function flat(items: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  return items.flatMap((item) => [
    item,
    ...(Array.isArray(item.submenu) ? flat(item.submenu) : []),
  ]);
}
const items = (platform: string, actions = recorded(), texts = english) =>
  flat(menuTemplate(platform, texts, actions));

/** As Electron does, of which a template's click needs the event alone. */
function choose(item: MenuItemConstructorOptions | undefined, event: Partial<KeyboardEvent>): void {
  // @ts-expect-error The real item and window are Electron's; no click of ours looks at them.
  item?.click?.(undefined, undefined, event);
}

describe("the application menu", () => {
  it("names every shortcut of the app: screens, files, and each key of the board", () => {
    const keys = new Set(items("linux").map(({ accelerator }) => accelerator));
    const board = Object.values(BOARD_KEYS).map((key) => acceleratorOf(key));
    const wanted = ["CmdOrCtrl+O", "CmdOrCtrl+,", "Alt+Home", "CmdOrCtrl+Shift+Z", "Delete", "H"];
    for (let place = 1; place <= 6; place++) wanted.push(`CmdOrCtrl+${place}`);
    for (let column = 1; column <= 9; column++) wanted.push(String(column));
    for (const key of [...wanted, ...board]) expect(keys).toContain(key);
  });

  it("takes no key that the page has: each works once, and not in a field or a dialog", () => {
    for (const { accelerator, registerAccelerator } of items("linux")) {
      if (accelerator === undefined) continue;
      const own = ["CmdOrCtrl+O", "CmdOrCtrl+,"].includes(String(accelerator));
      expect([accelerator, registerAccelerator]).toEqual([accelerator, own ? undefined : false]);
    }
    // A Mac's menu takes each key it shows, so there is none in it that somebody types.
    const taken = items("darwin").flatMap(({ accelerator }) => accelerator ?? []);
    expect(taken.filter((key) => !key.startsWith("CmdOrCtrl+"))).toEqual([]);
    expect(items("darwin").map(({ label }) => label)).toContain("Hold or Release (H)");
  });

  it.each(["linux", "darwin"])(
    "does on %s what a key does when it is chosen, not when its key was heard",
    (platform) => {
      const actions = recorded();
      for (const name of Object.keys(BOARD_KEYS).filter(isBoardKeyName)) {
        const label = english.t(`boardKeys.${name}`);
        const item = items(platform, actions).find((one) => one.label?.startsWith(label));
        choose(item, { triggeredByAccelerator: true });
        expect(actions.pressKey).not.toHaveBeenCalled();
        choose(item, { triggeredByAccelerator: false });
        expect(actions.pressKey).toHaveBeenCalledExactlyOnceWith(name);
        vi.mocked(actions.pressKey).mockClear();
      }
      const third = items(platform, actions).find(({ label }) => label?.startsWith("3"));
      choose(third, { triggeredByAccelerator: true });
      expect(actions.goToColumn).not.toHaveBeenCalled();
      choose(third, {});
      expect(actions.goToColumn).toHaveBeenCalledExactlyOnceWith(3);
    },
  );

  it("lets a Mac's text fields undo by the key that only the menu knows there", () => {
    const actions = recorded();
    choose(
      items("darwin", actions).find(({ label }) => label === "Undo"),
      {
        triggeredByAccelerator: true,
      },
    );
    expect(actions.editText).toHaveBeenCalledExactlyOnceWith("undo");
  });

  it("has no emergency stop: a key in the wrong window must not stop machines", () => {
    const texts = JSON.stringify(menuTemplate("linux", english, recorded()));
    expect(texts).not.toMatch(/emergency|stop/i);
  });

  it("has the roles of the platform", () => {
    const roles = (platform: string) => items(platform).map(({ role }) => role);
    expect(roles("linux")).toEqual(
      expect.arrayContaining(["quit", "about", "cut", "copy", "paste", "close", "help"]),
    );
    expect(roles("darwin")).toEqual(
      expect.arrayContaining(["about", "services", "hideOthers", "quit", "front", "close"]),
    );
  });

  it.each(["linux", "darwin"])("says nothing in English where %s speaks German", (platform) => {
    const german = items(platform, recorded(), shellTexts("de"));
    const words = (all: readonly MenuItemConstructorOptions[]): (string | undefined)[] =>
      all.map(({ label, type }) => label ?? type);
    expect(words(german)).not.toContain(undefined);
    const same = new Set(words(items(platform)));
    const kept = new Set(words(german).filter((word) => same.has(word)));
    const names = ["Nextplate", "Board", "separator", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
    expect([...kept].filter((word) => !names.includes(word ?? ""))).toEqual([]);
  });
});
