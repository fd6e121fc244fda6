import type { FileMetadata } from "#shared/contract/files.ts";
import { valueText, type CommentValues, type GcodeText } from "./gcodeText.ts";

/** What a slicer's comments can tell; the rest is found the same way for all. */
type SlicerField = Exclude<
  keyof FileMetadata,
  | "size"
  | "modified"
  | "uuid"
  | "slicer"
  | "slicer_version"
  | "gcode_start_byte"
  | "gcode_end_byte"
  | "thumbnails"
  | "print_start_time"
  | "job_id"
>;

/** Everything a rule may look at. */
export interface GcodeFacts {
  readonly comments: CommentValues;
  readonly text: GcodeText;
}

/** Finds one field, or undefined when the file does not say. */
export type Rule<T> = (facts: GcodeFacts) => T | undefined;

/** One slicer: how its files are known and where its words stand. The first rule that answers wins. */
export interface Slicer {
  readonly name: string;
  /** Matches a line near the start; its first group is the version. */
  readonly signature: RegExp;
  readonly fields: { readonly [F in SlicerField]?: readonly Rule<NonNullable<FileMetadata[F]>>[] };
}

type Read<T> = (value: string) => T | undefined;

/** The value of the first of these comments that is there and can be read. */
export function comment<T>(read: Read<T>, ...names: readonly string[]): Rule<T> {
  return ({ comments }) => {
    for (const name of names) {
      const value = comments.get(name.toLowerCase());
      const result = value === undefined ? undefined : read(value);
      if (result !== undefined) return result;
    }
    return undefined;
  };
}

/** The first number of a value; lists (one per tool) count their first. */
export const firstNumber: Read<number> = (value) => numbersIn(value)[0];

/** The sum of a list, one number per tool. */
export const sum: Read<number> = (value) => {
  const numbers = numbersIn(value);
  if (numbers.length === 0) return undefined;
  // Cents of slicers add up without the dust of binary fractions.
  return Math.round(numbers.reduce((total, next) => total + next, 0) * 1e5) / 1e5;
};

export const wholeNumber: Read<number> = (value) => {
  const number = firstNumber(value);
  return number === undefined || number < 0 ? undefined : Math.round(number);
};

/** Words without the quotes some slicers put around each; empty ones are none. */
export const words: Read<string> = (value) => {
  const plain = valueText(value).replaceAll('"', "").replace(/^;+$/, "").trim();
  return plain === "" ? undefined : plain.slice(0, 500);
};

/** Seconds from `1d 2h 3m 4s`, any part left out. */
export const duration: Read<number> = (value) => {
  const parts = /^(?:(\d+)d\s*)?(?:(\d+)h\s*)?(?:(\d+)m\s*)?(?:(\d+(?:\.\d+)?)s)?\s*$/.exec(value);
  if (parts === null || value === "") return undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts
    .slice(1)
    .map((part) => Number(part ?? 0));
  return days * 86_400 + hours * 3600 + minutes * 60 + seconds;
};

/** Millimetres from a value in millimetres or in percent of the layer height. */
export function heightOrPercent(name: string): Rule<number> {
  const own = comment((value) => value, name);
  const layer = comment(firstNumber, "layer_height");
  return (facts) => {
    const value = own(facts);
    const number = value === undefined ? undefined : firstNumber(value);
    if (value === undefined || number === undefined) return undefined;
    if (!value.includes("%")) return number;
    const height = layer(facts);
    return height === undefined ? undefined : Math.round((number / 100) * height * 1e4) / 1e4;
  };
}

/** The highest value of a comment repeated at each layer, looked for in the end of the file. */
export function highest(pattern: RegExp): Rule<number> {
  return ({ text }) => {
    let top: number | undefined;
    for (const { text: line } of text.tail) {
      const value = line.length < 200 ? Number(pattern.exec(line)?.[1] ?? Number.NaN) : Number.NaN;
      if (Number.isFinite(value) && (top === undefined || value > top)) top = value;
    }
    return top;
  };
}

/** The S value of the first such command in the start of the file, e.g. M190 for the bed. */
export function commandTemperature(...commands: readonly string[]): Rule<number> {
  const pattern = new RegExp(`^(?:${commands.join("|")})\\s[^;]*?S(\\d+(?:\\.\\d+)?)`);
  return ({ text }) => {
    for (const { text: line } of text.head) {
      const value = line.length < 200 ? pattern.exec(line)?.[1] : undefined;
      if (value !== undefined && Number(value) > 0) return Number(value);
    }
    return undefined;
  };
}

function numbersIn(value: string): number[] {
  return (value.match(/-?\d+(?:\.\d+)?|-?\.\d+/g) ?? []).slice(0, 64).map(Number);
}
