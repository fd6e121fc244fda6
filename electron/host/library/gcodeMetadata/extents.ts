import type { Extents } from "../library.ts";
import type { CommentValues, GcodeLine, GcodeText } from "./gcodeText.ts";

/** Longer lines hold no outline, and no move, worth reading. */
const MAX_OUTLINE = 20_000;
const MAX_MOVE = 200;
/** Millimetres; what no printer has is a mistake, such as the number slicers begin their search with. */
const ABSURD = 10_000;

/**
 * Where a print lies on the plate, in the printer's coordinates, as far as the read parts of its file tell:
 * it may reach further, never less far. So it can contradict a machine, and cannot confirm one. Undefined
 * where nothing is told, or where something moves the origin.
 */
export function extentsOf(text: GcodeText, comments: CommentValues): Extents | undefined {
  return sane(outlines(text.head)) ?? sane(curaExtents(comments)) ?? sane(movesOf(text));
}

type Box = { -readonly [K in keyof Extents]: Extents[K] };

function emptyBox(): Box {
  const { POSITIVE_INFINITY: above, NEGATIVE_INFINITY: below } = Number;
  return { minX: above, maxX: below, minY: above, maxY: below };
}

function extend(box: Box, x: number, y: number): void {
  box.minX = Math.min(box.minX, x);
  box.maxX = Math.max(box.maxX, x);
  box.minY = Math.min(box.minY, y);
  box.maxY = Math.max(box.maxY, y);
}

function sane(box: Extents | undefined): Extents | undefined {
  if (box === undefined) return undefined;
  const { minX, maxX, minY, maxY } = box;
  const isFinite = [minX, maxX, minY, maxY].every((value) => Math.abs(value) < ABSURD);
  return isFinite && minX <= maxX && minY <= maxY ? box : undefined;
}

/** `EXCLUDE_OBJECT_DEFINE NAME=... POLYGON=[[x,y],...]`: the objects themselves, without skirt and purge line. */
function outlines(head: readonly GcodeLine[]): Extents | undefined {
  const box = emptyBox();
  for (const { text } of head) {
    if (!text.startsWith("EXCLUDE_OBJECT_DEFINE ") || text.length > MAX_OUTLINE) continue;
    const polygon = /\bPOLYGON=(\[[\d\s.,[\]eE+-]*\])/.exec(text)?.[1] ?? "";
    for (const [, x, y] of polygon.matchAll(/\[\s*([^\s,[\]]+)\s*,\s*([^\s,[\]]+)\s*\]/g)) {
      extend(box, Number(x), Number(y));
    }
  }
  return box;
}

/** Cura's `;MINX:` and so on, of what it extrudes itself. */
function curaExtents(comments: CommentValues): Extents | undefined {
  const [minX, maxX, minY, maxY] = ["minx", "maxx", "miny", "maxy"].map((name) =>
    Number(comments.get(name) ?? Number.NaN),
  );
  if (minX === undefined || maxX === undefined || minY === undefined || maxY === undefined) {
    return undefined;
  }
  return { minX, maxX, minY, maxY };
}

/** The kind of what follows, as PrusaSlicer, SuperSlicer and OrcaSlicer name it, and as Bambu Studio does. */
const KIND = /^; ?(?:TYPE|FEATURE): ?(.*)$/;
/** What is drawn beside the objects, or left to the printer's owner. */
const BESIDES = /^(?:custom|skirt|brim|skirt\/brim|wipe tower|prime tower)\s*$/i;
/** What moves the origin; behind it coordinates say nothing of the plate. */
const MOVES_ORIGIN = /^(?:G92(?:\s*(?:;|$)|\s[^;]*[XY])|SET_GCODE_OFFSET\s[^;]*[XY])/i;
const MOVE = /^G1 X(-?\d*\.?\d+) Y(-?\d*\.?\d+) E-?\.?\d/;

/**
 * Extruding moves of the objects in the start of a file whose slicer names the kinds of its lines. The first
 * layer, which is what the plate sees, is nearly always there whole. The end is not looked at: what moved the
 * origin in between is not known.
 */
function movesOf({ head }: GcodeText): Extents | undefined {
  const box = emptyBox();
  let isObject = false;
  let isAbsolute = true;
  for (const { text } of head) {
    if (text.startsWith("G1 X")) {
      const move = isObject && isAbsolute && text.length < MAX_MOVE ? MOVE.exec(text) : null;
      if (move !== null) extend(box, Number(move[1]), Number(move[2]));
    } else if (text.startsWith(";")) {
      const kind = text.length < MAX_MOVE ? KIND.exec(text)?.[1] : undefined;
      if (kind !== undefined) isObject = !BESIDES.test(kind);
    } else if (/^G9[01]\b/.test(text)) isAbsolute = text.startsWith("G90");
    else if (text.length < MAX_MOVE && MOVES_ORIGIN.test(text)) return undefined;
  }
  return box;
}
