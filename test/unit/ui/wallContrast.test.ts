import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

/** WCAG 2, text of any size: axe cannot judge text on a gradient, which is what a tile's bar is. */
const ENOUGH = 4.5;
const read = (path: string): string =>
  readFileSync(new URL(`../../../renderer/src/${path}`, import.meta.url), "utf8");

type Colour = readonly [number, number, number];
const [DARK = "", LIGHT = ""] = read("styles/tokens.css").split(':root[data-theme="light"]');
const colours = (css: string): readonly (readonly [string, Colour])[] =>
  [...css.matchAll(/--([\w-]+): #(\w\w)(\w\w)(\w\w);/g)].map(([, name = "", ...hex]) => {
    const [red = 0, green = 0, blue = 0] = hex.map((part) => Number.parseInt(part, 16));
    return [name, [red, green, blue]];
  });
const themes = {
  dark: new Map(colours(DARK)),
  light: new Map([...colours(DARK), ...colours(LIGHT)]),
};

const style = read("features/wall/WallTile.vue").split("<style scoped>")[1] ?? "";
const shares = (pattern: RegExp): readonly number[] =>
  [...style.matchAll(pattern)].map(([, percent]) => Number(percent) / 100);
/** How much of the tone is in the tile: at rest, where it asks for somebody, and in the bar on top. */
const [ground = 0] = shares(/background: color-mix\(in srgb, var\(--tone-fill\) (\d+)%/g);
const asking = shares(/background-color: color-mix\(in srgb, var\(--tone-fill\) (\d+)%/g);
const [bar = 0] = shares(/linear-gradient\(color-mix\(in srgb, var\(--tone-fill\) (\d+)%/g);
const [word = 0] = shares(/ color: color-mix\(in srgb, var\(--tone\) (\d+)%, var\(--text\)\)/g);

const mix = (over: Colour, under: Colour, share: number): Colour => [
  over[0] * share + under[0] * (1 - share),
  over[1] * share + under[1] * (1 - share),
  over[2] * share + under[2] * (1 - share),
];
function luminance(colour: Colour): number {
  const [red = 0, green = 0, blue = 0] = colour
    .map((value) => value / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
function contrast(one: Colour, other: Colour): number {
  const [dark = 0, bright = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
}

describe("text on a tile of the wall", () => {
  it("has only the colours that are judged here", () => {
    const texts = new Set([...style.matchAll(/ color: ([^;]+);/g)].map(([, value]) => value));
    const judged = ["var(--text)", "color-mix(in srgb, var(--tone) 50%, var(--text))"];
    expect(texts).toEqual(new Set(judged));
    expect([ground, bar, word, ...asking].every((share) => share > 0)).toBe(true);
    expect(asking).toHaveLength(2);
  });

  describe.each(["dark", "light"] as const)("in the %s theme", (theme) => {
    const colour = (name: string): Colour => {
      const found = themes[theme].get(name);
      if (found === undefined) throw new Error(`tokens.css has no --${name}`);
      return found;
    };

    it.each(["blue", "green", "amber", "red", "violet", "grey", "dim"])(
      "can be read on both sides of the bar: %s",
      (tone) => {
        const fill = colour(`${tone}-fill`);
        const text = colour("text");
        const isPlain = tone === "grey" || tone === "dim";
        const rest = isPlain ? colour("column") : mix(fill, colour("column"), ground);
        const asks = isPlain ? [] : asking.map((share) => mix(fill, colour("column"), share));
        const withBar = (under: Colour): readonly Colour[] => [under, mix(fill, under, bar)];
        const state = mix(colour(tone), text, word);
        const pairs = [
          ...[rest, ...asks].flatMap(withBar).map((under) => contrast(text, under)),
          ...withBar(rest).map((under) => contrast(state, under)),
        ];
        expect(Math.min(...pairs)).toBeGreaterThanOrEqual(ENOUGH);
      },
    );
  });
});
