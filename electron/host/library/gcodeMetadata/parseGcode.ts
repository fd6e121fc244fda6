import type { ContentMetadata } from "../library.ts";
import { bambuStudio } from "./bambuStudio.ts";
import { cura } from "./cura.ts";
import { extentsOf } from "./extents.ts";
import { readComments, readGcodeText, type GcodeLine, type GcodeText } from "./gcodeText.ts";
import { orcaSlicer } from "./orcaSlicer.ts";
import { prusaSlicer } from "./prusaSlicer.ts";
import { commandTemperature, type GcodeFacts, type Rule, type Slicer } from "./slicer.ts";
import { superSlicer } from "./superSlicer.ts";
import { parseThumbnails, type EmbeddedThumbnail } from "./thumbnails.ts";

/** Grows whenever a file may parse to something else; contents parsed by a lower one are parsed again. */
export const PARSER_VERSION = 2;

/** What a g-code file says of itself. */
export interface ParsedGcode {
  readonly metadata: Omit<ContentMetadata, "thumbnails">;
  readonly thumbnails: readonly EmbeddedThumbnail[];
}

/** What an unreadable file parses to. */
export const NOTHING_PARSED: ParsedGcode = { metadata: {}, thumbnails: [] };

const SLICERS: readonly Slicer[] = [prusaSlicer, superSlicer, orcaSlicer, bambuStudio, cura];

/** As Moonraker answers for a file of no slicer it knows (observed on v0.10.0-31). */
const UNKNOWN_SLICER: Slicer = {
  name: "Unknown",
  signature: /(\?)/,
  fields: {
    first_layer_extr_temp: [commandTemperature("M109")],
    first_layer_bed_temp: [commandTemperature("M190")],
    chamber_temp: [commandTemperature("M191")],
  },
};

/**
 * Reads what a slicer wrote from the start and the end of a file (pure). Values that do not make sense are
 * left out; nothing throws, whatever the bytes.
 * @param size bytes of the whole file
 */
export function parseGcode(head: Uint8Array, tail: Uint8Array, size: number): ParsedGcode {
  const text = readGcodeText(head, tail, size);
  const facts: GcodeFacts = { text, comments: readComments(text) };
  const { slicer, version } = identify(text);
  const extents = extentsOf(text, facts.comments);
  return {
    metadata: {
      slicer: slicer.name,
      slicer_version: version,
      ...span(text),
      ...fields(slicer, facts),
      ...(extents !== undefined && { extents }),
    },
    thumbnails: parseThumbnails(linesOf(text.head)),
  };
}

function identify(text: GcodeText): { slicer: Slicer; version: string } {
  for (const { text: line } of text.head) {
    if (!line.startsWith(";") || line.length > 300) continue;
    for (const slicer of SLICERS) {
      const version = slicer.signature.exec(line)?.[1];
      if (version !== undefined) return { slicer, version };
    }
  }
  return { slicer: UNKNOWN_SLICER, version: "?" };
}

function fields(slicer: Slicer, facts: GcodeFacts): ParsedGcode["metadata"] {
  const found = Object.entries(slicer.fields).flatMap(([field, rules]) => {
    const value = firstAnswer(rules, facts);
    return value === undefined ? [] : [[field, value] as const];
  });
  return Object.fromEntries(found);
}

function firstAnswer(
  rules: readonly Rule<number | string>[],
  facts: GcodeFacts,
): number | string | undefined {
  for (const rule of rules) {
    const value = rule(facts);
    if (value !== undefined && (typeof value !== "number" || Number.isFinite(value))) return value;
  }
  return undefined;
}

/** Where commands begin and end; clients measure relative progress with it. Offsets as Moonraker counts. */
function span(text: GcodeText): { gcode_start_byte?: number; gcode_end_byte?: number } {
  const first = text.head.find(isCommand);
  const last = text.tail.findLast(isCommand);
  return {
    // The line break in front of the first command belongs to it.
    ...(first !== undefined && { gcode_start_byte: Math.max(0, first.offset - 1) }),
    ...(last !== undefined && {
      gcode_end_byte: Math.min(text.size, last.offset + last.text.length + 1),
    }),
  };
}

function isCommand(line: GcodeLine): boolean {
  return /^[GM]\d+(?:\s|$)/.test(line.text);
}

function* linesOf(lines: readonly GcodeLine[]): Iterable<string> {
  for (const line of lines) yield line.text;
}
