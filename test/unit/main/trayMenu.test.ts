import { describe, expect, it } from "vitest";
import { digestFarm } from "../../../electron/main/farmDigest.ts";
import { shellTexts } from "../../../electron/main/texts/shellTexts.ts";
import { trayMenu, traySummary } from "../../../electron/main/trayMenu.ts";
import { currentFixture, printerFixture } from "../../support/boardFixtures.ts";

const printing = printerFixture("left", "Left & right", {
  order: 0,
  activity: "printing",
  current: currentFixture("cube.gcode", { progress: 0.379 }),
});
const asking = printerFixture("mid", "Middle", {
  order: 1,
  attention: [{ kind: "plate", text: "cube.gcode is finished." }],
});
const starting = printerFixture("far", "Far", {
  order: 2,
  activity: "starting",
  queue: { state: "starting" },
});
const english = shellTexts("en");
const actions = { showWindow() {}, showPrinter() {}, quit() {} };
const labels = (views: Parameters<typeof digestFarm>[0]) =>
  trayMenu(digestFarm(views), english, actions).map(({ label, type }) => label ?? type);

describe("the farm in short", () => {
  it("counts who needs a person and who is busy, and means their progress", () => {
    expect(digestFarm([starting, asking, printing])).toMatchObject({
      attention: 1,
      busy: 2,
      progress: 0.379,
    });
  });

  it("is one line in the tray", () => {
    expect(traySummary(digestFarm([]), english)).toBe("Nextplate");
    expect(traySummary(digestFarm([printing]), english)).toBe("Nextplate: 1 of 1 printing");
    expect(traySummary(digestFarm([printing, asking]), english)).toBe(
      "Nextplate: 1 printer needs you, 1 of 2 printing",
    );
  });
});

describe("the tray menu", () => {
  it("names who needs a person first, with a submenu for each printer", () => {
    const menu = trayMenu(digestFarm([printing, asking]), english, actions);
    expect(menu.map(({ label, type }) => label ?? type)).toEqual([
      "Nextplate: 1 printer needs you, 1 of 2 printing",
      "separator",
      "● Middle",
      "Left && right",
      "separator",
      "Open Nextplate",
      "Quit",
    ]);
    expect(menu[3]).toMatchObject({
      submenu: [{ label: "Printing cube.gcode, 37 %" }, { label: "Show on Board" }],
    });
  });

  it("speaks German, also where it repeats what the host says", () => {
    const menu = trayMenu(digestFarm([printing, asking, starting]), shellTexts("de"), actions);
    const text = JSON.stringify(menu);
    expect(menu[0]?.label).toBe("Nextplate: 1 Drucker braucht Sie, 2 von 3 in Betrieb");
    for (const words of ["cube.gcode ist fertig.", "Druckt cube.gcode, 37 %", "Startet"]) {
      expect(text).toContain(words);
    }
    for (const word of ["Auf dem Board zeigen", "Nextplate öffnen", "Beenden"]) {
      expect(text).toContain(word);
    }
  });

  it("stays short on a large farm", () => {
    const farm = Array.from({ length: 300 }, (_, n) => printerFixture(`p-${n}`, `P ${n}`));
    expect(labels(farm)).toContain("270 more on the board");
    expect(labels(farm)).toHaveLength(36);
  });
});
