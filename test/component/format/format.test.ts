import { describe, expect, it } from "vitest";
import { formatBytes } from "@/format/bytes.ts";
import { clockTime, formatClockTime } from "@/format/clockTime.ts";
import { formatDuration } from "@/format/duration.ts";
import { displayName, nameParts, withDisplayNames } from "@/format/fileName.ts";
import { pageLocale } from "@/format/pageLocale.ts";
import { wholePercent } from "@/format/percent.ts";

describe("durations", () => {
  it.each([
    [0, "0 s"],
    [-3, "0 s"],
    [45, "45 s"],
    [59.7, "1 min"],
    [2700, "45 min"],
    [3599, "1 h 00 min"],
    [11_100, "3 h 05 min"],
    [187_200, "2 d 4 h"],
  ])("shows %d seconds as %s", (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});

describe("clock times", () => {
  const now = new Date(2026, 4, 11, 22, 30).getTime();
  const at = (day: number, hour: number): number => new Date(2026, 4, day, hour, 5).getTime();

  it("say nothing of the day while it is today", () => {
    expect(formatClockTime(at(11, 23), now, "de-DE")).toBe("23:05");
  });

  it("carry a marker from tomorrow on", () => {
    expect(formatClockTime(at(12, 7), now, "de-DE")).toMatch(/^0?7:05 \+1$/);
    expect(clockTime(at(14, 7), now).days).toBe(3);
  });

  it("carry one for yesterday too", () => {
    expect(formatClockTime(at(10, 22), now, "de-DE")).toBe("22:05 −1");
  });

  it("name the date where nobody counts the days any more", () => {
    expect(formatClockTime(at(18, 7), now, "en-GB")).toMatch(/^18 May, 0?7:05$/);
    expect(formatClockTime(at(17, 7), now, "en-GB")).toMatch(/^0?7:05 \+6$/);
  });

  it("follow the language of the page when it changes", () => {
    document.documentElement.lang = "en-US";
    expect(formatClockTime(at(11, 23), now)).toMatch(/^11:05\sPM$/);
    document.documentElement.lang = "de-DE";
    expect(formatClockTime(at(11, 23), now)).toBe("23:05");
    document.documentElement.lang = "";
  });

  it("count midnights, not 24 hours", () => {
    expect(clockTime(at(12, 0), now).days).toBe(1);
  });
});

describe("percent", () => {
  it("keeps 100 for what is really complete", () => {
    expect(wholePercent(0.999)).toBe(99);
    expect(wholePercent(1)).toBe(100);
  });

  it("does not lose a percent to floating point", () => {
    expect(wholePercent(0.57)).toBe(57);
    expect(wholePercent(0.29)).toBe(29);
  });

  it("stays within 0 and 100", () => {
    expect(wholePercent(-1)).toBe(0);
    expect(wholePercent(7)).toBe(100);
  });
});

describe("file names", () => {
  it("lose their folder and the ending that all share", () => {
    expect(displayName("orders/2026/bracket.gcode")).toBe("bracket");
    expect(displayName("vase.GCODE")).toBe("vase");
    expect(displayName(".gcode")).toBe(".gcode");
  });

  it("lose their ending in a sentence too, and nothing else", () => {
    expect(withDisplayNames("a b.gcode is finished.")).toBe("a b is finished.");
    expect(withDisplayNames("two.gcode: one.gcode")).toBe("two: one");
    expect(withDisplayNames("x.gcode.bak, G-code and .gcode")).toBe(
      "x.gcode.bak, G-code and .gcode",
    );
  });

  it("keep their end visible, cut at a separator where there is one", () => {
    expect(nameParts("clamp-left-reinforced_0.15mm_PETG_5h10m.gcode")).toEqual({
      head: "clamp-left-reinforced_0.15mm",
      tail: "_PETG_5h10m",
    });
  });

  it("never lose a letter", () => {
    for (const name of ["a", "bracket_0.2mm_PETG", "x".repeat(60), "a b-c_d".repeat(9)]) {
      const { head, tail } = nameParts(name);
      expect(head + tail).toBe(name);
    }
  });
});

describe("sizes", () => {
  it.each([
    [812, "812 B"],
    [4_210_000, "4.2 MB"],
    [843_211, "843 kB"],
    [2_147_483_648, "2.1 GB"],
  ])("shows %d bytes as %s", (bytes, text) => expect(formatBytes(bytes, "en")).toBe(text));

  it("have the reader's decimal sign", () => {
    expect(formatBytes(22_843_211, "de")).toBe("22,8 MB");
  });
});

describe("the language of the page", () => {
  it.each([
    ["de-AT", "de-AT"],
    ["en-US@posix", "en-US"],
    ["", undefined],
    ["not a language", undefined],
  ])("%j is %j to the browser's formats", (lang, locale) => {
    document.documentElement.lang = lang;
    expect(pageLocale()).toBe(locale);
    expect(() => formatClockTime(0, 0)).not.toThrow();
    document.documentElement.lang = "";
  });
});
