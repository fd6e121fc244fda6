import type { Printer } from "#shared/domain/printer.ts";
import type { PrinterObjects } from "#shared/util/mergeStatus.ts";
import * as z from "zod";
import type { ContentMetadata, Extents } from "../library/library.ts";

/** What a file was sliced for, as far as its slicer has written it down. */
export type FileFacts = Pick<
  ContentMetadata,
  "printer_model" | "nozzle_diameter" | "object_height" | "extents"
>;

/** What a machine is, as far as it or its owner has said. Millimetres. */
export interface MachineFacts {
  readonly tags: readonly string[];
  readonly nozzleDiameter: number | null;
  /** How far the nozzle can be from the plate. */
  readonly height: number | null;
  /** Where the nozzle can be on the plate; null = not known. */
  readonly reach: Extents | null;
}

/** `unknown`: nothing contradicts, and nothing confirms either. */
export interface MachineFit {
  readonly verdict: "fits" | "unknown" | "wrong";
  /** A sentence per contradiction; "" when there is none. */
  readonly text: string;
}

/** Millimetres by which slicers and configurations round. */
const NOZZLE_SLACK = 0.01;
const HEIGHT_SLACK = 0.5;
const REACH_SLACK = 1;

/** A tag that states a model, as in "model:Voron 2.4". */
const MODEL_TAG = /^model:\s*/i;

/**
 * Whether a file was made for this machine. Only what both sides have written down can contradict; a model
 * contradicts only where the printer has a tag "model:...", since any other tag may mean anything.
 */
export function fitOf(file: FileFacts, machine: MachineFacts): MachineFit {
  const checks = [
    fitModel(file, machine),
    fitNozzle(file, machine),
    fitHeight(file, machine),
    fitReach(file, machine),
  ];
  const against = checks.flatMap((check) => (typeof check === "string" ? [check] : []));
  if (against.length > 0) return { verdict: "wrong", text: against.join(" ") };
  return { verdict: checks.includes(true) ? "fits" : "unknown", text: "" };
}

/** True = confirmed, null = not known, a sentence = contradicted. */
type Check = true | null | string;

function fitModel({ printer_model: model }: FileFacts, { tags }: MachineFacts): Check {
  if (model === undefined || plain(model) === "") return null;
  const stated = tags.filter((tag) => MODEL_TAG.test(tag)).map((tag) => tag.replace(MODEL_TAG, ""));
  if ([...tags, ...stated].some((tag) => isSameModel(plain(tag), plain(model)))) return true;
  if (stated.length === 0) return null;
  return `Sliced for ${model}; this printer is ${stated.join(", ")}.`;
}

function fitNozzle(
  { nozzle_diameter: wanted }: FileFacts,
  { nozzleDiameter }: MachineFacts,
): Check {
  if (wanted === undefined || nozzleDiameter === null) return null;
  if (Math.abs(wanted - nozzleDiameter) <= NOZZLE_SLACK) return true;
  return `Sliced for a ${wanted} mm nozzle; this printer has ${nozzleDiameter} mm.`;
}

function fitHeight({ object_height: tall }: FileFacts, { height }: MachineFacts): Check {
  if (tall === undefined || height === null) return null;
  // That it is low enough confirms nothing: any machine prints low parts.
  if (tall <= height + HEIGHT_SLACK) return null;
  return `The part is ${tall} mm tall; this printer reaches ${height} mm.`;
}

/** What lies on the plate, without skirts and purge lines, against how far the nozzle goes. */
function fitReach({ extents }: FileFacts, { reach }: MachineFacts): Check {
  if (extents === undefined || reach === null) return null;
  const beyond =
    extents.minX < reach.minX - REACH_SLACK ||
    extents.maxX > reach.maxX + REACH_SLACK ||
    extents.minY < reach.minY - REACH_SLACK ||
    extents.maxY > reach.maxY + REACH_SLACK;
  // As with the height: any machine prints small parts.
  if (!beyond) return null;
  return `The parts lie at ${area(extents)}; this printer's nozzle reaches ${area(reach)}.`;
}

function area({ minX, maxX, minY, maxY }: Extents): string {
  const [left, right, front, back] = [minX, maxX, minY, maxY].map((value) => Math.round(value));
  return `X ${left} to ${right}, Y ${front} to ${back} mm`;
}

/** Slicers add variants to a model's name ("MK4 Input Shaper 0.4 nozzle"). */
function isSameModel(tag: string, model: string): boolean {
  return (
    tag !== "" && (model === tag || model.startsWith(`${tag} `) || tag.startsWith(`${model} `))
  );
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, " ")
    .trim();
}

const count = z.number().nullable().catch(null);
const Config = z
  .object({
    settings: z
      .object({
        extruder: z.object({ nozzle_diameter: count }).catch({ nozzle_diameter: null }),
        stepper_z: z.object({ position_max: count }).catch({ position_max: null }),
      })
      .catch({ extruder: { nozzle_diameter: null }, stepper_z: { position_max: null } }),
  })
  .catch({
    settings: { extruder: { nozzle_diameter: null }, stepper_z: { position_max: null } },
  });
const limits = z.array(z.number()).catch([]);
const Toolhead = z
  .object({ axis_minimum: limits, axis_maximum: limits })
  .catch({ axis_minimum: [], axis_maximum: [] });

/** Reads what Klipper reports of its configuration; what it does not report is not known. */
export function machineFacts(printer: Pick<Printer, "tags">, status: PrinterObjects): MachineFacts {
  const { settings } = Config.parse(status["configfile"]);
  const { axis_minimum: minimum, axis_maximum: maximum } = Toolhead.parse(status["toolhead"]);
  return {
    tags: printer.tags,
    nozzleDiameter: settings.extruder.nozzle_diameter,
    height: maximum[2] ?? settings.stepper_z.position_max,
    reach: reachOf(minimum, maximum),
  };
}

/** From the toolhead alone: what a stepper's limits mean depends on the kinematics. */
function reachOf(
  [minX, minY]: readonly number[],
  [maxX, maxY]: readonly number[],
): MachineFacts["reach"] {
  if (minX === undefined || minY === undefined || maxX === undefined || maxY === undefined) {
    return null;
  }
  return { minX, maxX, minY, maxY };
}
