import type { IconName } from "../ui/icons.ts";

export interface Screen {
  /** Also its name in the address: `#/library`. */
  readonly name: "board" | "wall" | "library" | "history" | "printers" | "settings";
  readonly icon: IconName;
  /** After g: the key that leads there from anywhere. Ctrl and its place do the same. */
  readonly key: string;
}
export type ScreenName = Screen["name"];

/** The screens in the order of the rail. */
export const SCREENS: readonly Screen[] = [
  { name: "board", icon: "columns", key: "b" },
  { name: "wall", icon: "tiles", key: "w" },
  { name: "library", icon: "folderOpen", key: "l" },
  { name: "history", icon: "chart", key: "h" },
  { name: "printers", icon: "printer", key: "p" },
  { name: "settings", icon: "sliders", key: "s" },
];

export function isScreenName(name: string): name is ScreenName {
  return SCREENS.some((screen) => screen.name === name);
}
