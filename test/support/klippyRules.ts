import fc from "fast-check";
import * as z from "zod";

const template = z.strictObject({ method: z.string().min(1) });
const objects = z.record(z.string(), z.array(z.string()).nullable());
const nothing = z.strictObject({});

/**
 * The only requests a link may send, with everything in them. Klipper takes other types for a refusal and
 * other surprises for a reason to shut the printer down (read in its webhooks.py, v0.13.0-730).
 */
const PARAMS: Readonly<Record<string, z.ZodType>> = {
  info: z.strictObject({
    client_info: z.strictObject({ program: z.string(), version: z.string() }).optional(),
  }),
  emergency_stop: nothing,
  register_remote_method: z.strictObject({
    remote_method: z.string().min(1),
    response_template: template,
  }),
  "gcode/help": nothing,
  "gcode/restart": nothing,
  "gcode/firmware_restart": nothing,
  "gcode/script": z.strictObject({ script: z.string().refine((script) => !isDeadly(script)) }),
  "gcode/subscribe_output": z.strictObject({ response_template: template }),
  "objects/list": nothing,
  "objects/query": z.strictObject({ objects }),
  "objects/subscribe": z.strictObject({ objects, response_template: template }),
  "pause_resume/pause": nothing,
  "pause_resume/resume": nothing,
  "pause_resume/cancel": nothing,
};
const Frame = z.strictObject({
  jsonrpc: z.literal("2.0"),
  id: z.int(),
  method: z.string(),
  params: z.unknown(),
});

/** A file without a name, however it is quoted. */
function isDeadly(script: string): boolean {
  return script
    .split("\n")
    .some((line) => /^\s*SDCARD_PRINT_FILE\s+FILENAME=(?:""|'')?\s*$/i.test(line));
}

/** What is wrong with a frame for Klipper; null = it can do no harm. */
export function harmIn(text: string): string | null {
  // JSON writes half of a surrogate pair as an escape, and a whole one as itself.
  if (/\\ud[89a-f][0-9a-f]{2}/i.test(text)) return "half of a surrogate pair";
  if (text.includes("\x03")) return "the end of a frame in a frame";
  const frame = Frame.safeParse(JSON.parse(text));
  if (!frame.success) return z.prettifyError(frame.error);
  const { method, params } = frame.data;
  const rule = Object.hasOwn(PARAMS, method) ? PARAMS[method] : undefined;
  if (rule === undefined) return `the method ${method}`;
  const read = rule.safeParse(params);
  return read.success ? null : z.prettifyError(read.error);
}

/** Any text, halves of surrogate pairs and control characters among it. */
export const anyText = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0xff_ff }), fc.constantFrom(3, 10, 34, 92, 0xd8_3d)))
  .map((units) => String.fromCharCode(...units));
const starts = fc
  .tuple(fc.constantFrom("", " ", "G28\n"), fc.constantFrom("", '""', "''", '"a.gcode"', "b"))
  .map(([before, name]) => `${before}SDCARD_PRINT_FILE FILENAME=${name}`);
/** Scripts, starts of files with and without a name among them. */
export const anyScript = fc.oneof(anyText, starts);
export const anySelection = fc.dictionary(anyText, fc.option(fc.array(anyText)));
