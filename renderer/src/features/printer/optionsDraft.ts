import type { PrinterView } from "#shared/contract/farm.ts";
import type { ParamsInput } from "#shared/contract/index.ts";
import * as z from "zod";

/** What the form holds: text as typed, so that a half-typed number is no error yet. */
export interface Draft {
  readonly name: string;
  /** Separated by commas. */
  readonly tags: string;
  readonly platePolicy: string;
  readonly afterFailure: string;
  readonly startClearsPlate: string;
  readonly gcode: string;
  /** Seconds. */
  readonly grace: string;
  /** Seconds. */
  readonly delay: string;
  readonly automatic: boolean;
  readonly loadOnStartup: boolean;
  readonly outOfService: boolean;
}

type Update = ParamsInput<"farm.printers.update">;

const Filled = z.object({
  name: z.string().trim().min(1).max(80),
  platePolicy: z.enum(["confirm", "gcode", "self_clearing"]),
  afterFailure: z.enum(["hold", "continue"]),
  startClearsPlate: z.enum(["idle", "never"]),
  gcode: z.string(),
  grace: z.string().trim().min(1).transform(Number).pipe(z.number().min(0).max(30)),
  delay: z.string().trim().min(1).transform(Number).pipe(z.number().min(0)),
});

export function draftOf({ name, tags, options }: PrinterView): Draft {
  return {
    name,
    tags: tags.join(", "),
    platePolicy: options.plate_policy,
    afterFailure: options.after_failure,
    startClearsPlate: options.start_clears_plate,
    gcode: options.job_transition_gcode,
    grace: String(options.clear_grace),
    delay: String(options.job_transition_delay),
    automatic: options.automatic_transition,
    loadOnStartup: options.load_on_startup,
    outOfService: options.out_of_service,
  };
}

/** What has changed, to be sent; null when nothing has, or when it cannot be sent like this. */
export function updateOf(printer: PrinterView, draft: Draft): Update | null {
  const read = Filled.safeParse(draft);
  if (!read.success) return null;
  const { data } = read;
  const tags = [...new Set(draft.tags.split(",").map((tag) => tag.trim()))].filter(Boolean);
  const wanted = {
    automatic_transition: draft.automatic,
    load_on_startup: draft.loadOnStartup,
    out_of_service: draft.outOfService,
    plate_policy: data.platePolicy,
    after_failure: data.afterFailure,
    start_clears_plate: data.startClearsPlate,
    job_transition_gcode: data.gcode,
    clear_grace: data.grace,
    job_transition_delay: data.delay,
  };
  const options = changed(printer.options, wanted);
  const update: Update = {
    printer: printer.id,
    ...(data.name === printer.name ? {} : { name: data.name }),
    ...(tags.join() === printer.tags.join() ? {} : { tags }),
    ...(Object.keys(options).length === 0 ? {} : { options }),
  };
  return Object.keys(update).length === 1 ? null : update;
}

/** The entries of `wanted` that differ: what others have changed meanwhile is left as it is. */
function changed<T extends object>(present: T, wanted: Partial<T>): Partial<T> {
  const found: Partial<T> = {};
  for (const key in wanted) {
    if (wanted[key] !== present[key]) found[key] = wanted[key];
  }
  return found;
}
