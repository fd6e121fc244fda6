import { describe, expect, it } from "vitest";
import { DEFAULT_SETTINGS, type DesktopSettings } from "#shared/desktop/settings.ts";
import { NoticeBoard } from "../../../electron/main/noticeBoard.ts";
import {
  type GroupedNotice,
  groupNotices,
  isQuiet,
  noticesBetween,
  plainBody,
} from "../../../electron/main/notices.ts";
import { shellTexts } from "../../../electron/main/texts/shellTexts.ts";
import {
  currentFixture,
  decisionFixture,
  printerFixture,
  rowFixture,
} from "../../support/boardFixtures.ts";
import { ManualClock } from "../../support/manualClock.ts";

const english = shellTexts("en");
const idle = printerFixture("left", "Left");
const asking = (id: string, name: string) =>
  printerFixture(id, name, { attention: [{ kind: "plate", text: "cube.gcode is finished." }] });
const plateNotice = (id: string, name: string) => ({
  kind: "plate" as const,
  printer: { id, name },
  news: { kind: "said" as const, words: "cube.gcode is finished." },
});

describe("what is news about a printer", () => {
  it("nothing, when it is seen for the first time", () => {
    expect(noticesBetween(undefined, asking("left", "Left"))).toEqual([]);
  });

  it("a plate to clear, once", () => {
    const after = asking("left", "Left");
    expect(noticesBetween(idle, after)).toEqual([plateNotice("left", "Left")]);
    expect(noticesBetween(after, after)).toEqual([]);
  });

  it("a print that failed, each one, with what the printer said", () => {
    const first = decisionFixture("a.gcode");
    const second = decisionFixture("b.gcode", { message: null });
    const one = printerFixture("left", "Left", { queue: { decisions: [first] } });
    const two = printerFixture("left", "Left", { queue: { decisions: [first, second] } });
    const bodies = (...views: Parameters<typeof noticesBetween>) =>
      groupNotices(noticesBetween(...views), english).map(({ body }) => body);
    expect(bodies(idle, one)).toEqual(["a.gcode: Heater extruder not heating at expected rate"]);
    expect(bodies(one, two)).toEqual(["b.gcode: failed"]);
  });

  it("a print that paused, and not one that was found paused after a reconnect", () => {
    const current = currentFixture("a.gcode", { state: "paused" });
    const paused = printerFixture("left", "Left", { activity: "paused", current });
    const printing = printerFixture("left", "Left", { activity: "printing", current });
    const offline = printerFixture("left", "Left", { activity: "offline" });
    expect(noticesBetween(printing, paused).map(({ kind }) => kind)).toEqual(["paused"]);
    expect(noticesBetween(offline, paused)).toEqual([]);
  });

  it("a lost link, when there was work; a printer switched off between two prints is none", () => {
    const link = { state: "unreachable" as const, detail: "no answer" };
    const lost = printerFixture("left", "Left", { link });
    const lostWithJobs = printerFixture("left", "Left", {
      link,
      queue: { rows: [rowFixture("a.gcode")] },
    });
    expect(noticesBetween(idle, lost)).toEqual([]);
    expect(noticesBetween(idle, lostWithJobs).map(({ kind }) => kind)).toEqual(["link"]);
  });
});

describe("notices of a kind together", () => {
  it("lead to the column of the one printer, or to the board where they are of several", () => {
    expect(groupNotices([plateNotice("a", "A")], english)).toEqual([
      { kind: "plate", title: "Plate to clear: A", body: "cube.gcode is finished.", printer: "a" },
    ]);
    expect(groupNotices([plateNotice("a", "A"), plateNotice("b", "B")], english)).toEqual([
      { kind: "plate", title: "2 plates to clear", body: "A, B", printer: null },
    ]);
  });

  it("count a printer once", () => {
    expect(groupNotices([plateNotice("a", "A"), plateNotice("a", "A")], english)).toHaveLength(1);
  });

  it("speak German, also what the host said and how a print ended", () => {
    const german = shellTexts("de");
    expect(groupNotices([plateNotice("a", "A")], german)).toMatchObject([
      { title: "Platte abräumen: A", body: "cube.gcode ist fertig." },
    ]);
    const ended = {
      kind: "ended" as const,
      file: "b.gcode",
      message: null,
      outcome: "failed" as const,
    };
    const failed = { kind: "failed" as const, printer: { id: "a", name: "A" }, news: ended };
    expect(groupNotices([failed], german)).toMatchObject([
      { title: "Druck braucht eine Entscheidung: A", body: "b.gcode: gescheitert" },
    ]);
    expect(groupNotices([plateNotice("a", "A"), plateNotice("b", "B")], german)).toMatchObject([
      { title: "2 Platten abzuräumen" },
    ]);
  });
});

describe("the text of a notification", () => {
  it("is text, where a desktop would take it for markup", () => {
    const name = '<a href="http://evil.example">Click</a> & more.gcode';
    expect(plainBody(name, "linux")).toBe(
      '&lt;a href="http://evil.example"&gt;Click&lt;/a&gt; &amp; more.gcode',
    );
    expect(plainBody(name, "darwin")).toBe(name);
  });
});

describe("quiet hours", () => {
  it("reach over midnight", () => {
    const night = { from: 22 * 60, to: 7 * 60 };
    expect([21 * 60, 22 * 60, 0, 7 * 60 - 1, 7 * 60].map((at) => isQuiet(night, at))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
    expect(isQuiet({ from: 60, to: 120 }, 90)).toBe(true);
    expect(isQuiet(null, 90)).toBe(false);
  });
});

describe("the notice board", () => {
  const board = (settings: Partial<DesktopSettings>) => {
    const clock = new ManualClock(new Date(2026, 0, 5, 23, 30).getTime());
    const shown: GroupedNotice[] = [];
    const notices = new NoticeBoard({
      clock,
      settings: () => ({ ...DEFAULT_SETTINGS, ...settings }),
      texts: () => english,
      show: (notice) => shown.push(notice),
    });
    return { clock, shown, notices };
  };

  it("gathers for a moment and shows one notification", async () => {
    const { clock, shown, notices } = board({});
    notices.add([plateNotice("a", "A")]);
    await clock.advance(500);
    notices.add([plateNotice("b", "B")]);
    await clock.advance(2_000);
    expect(shown.map(({ title }) => title)).toEqual(["2 plates to clear"]);
  });

  it("is silent in quiet hours and about what nobody wants to hear of", async () => {
    const quiet = board({ quietHours: { from: 23 * 60, to: 6 * 60 } });
    const unwanted = board({ notify: { ...DEFAULT_SETTINGS.notify, plate: false } });
    for (const { clock, notices } of [quiet, unwanted]) {
      notices.add([plateNotice("a", "A")]);
      await clock.advance(2_000);
    }
    expect([...quiet.shown, ...unwanted.shown]).toEqual([]);
  });
});
