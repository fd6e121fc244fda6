import type { OptionsView } from "#shared/contract/farm.ts";
import type { ClearEvidence } from "#shared/domain/printer.ts";
import * as z from "zod";
import type { MessageKey } from "../../i18n/messages.ts";

/** The rules of a queue as a form holds them: numbers as typed, so that a half-typed one is no error yet. */
export interface RulesDraft {
  readonly platePolicy: OptionsView["plate_policy"];
  readonly gcode: string;
  /** What must be seen before a clearing g-code counts as done. */
  readonly evidence: "none" | ClearEvidence["kind"];
  readonly evidenceLine: string;
  readonly evidenceObject: string;
  readonly evidenceField: string;
  readonly evidenceValue: string;
  /** Minutes. */
  readonly deadline: string;
  /** Seconds. */
  readonly grace: string;
  /** Seconds. */
  readonly delay: string;
  readonly automatic: boolean;
  readonly loadOnStartup: boolean;
  readonly startClears: boolean;
  readonly afterFailure: OptionsView["after_failure"];
  readonly maxFailures: string;
  readonly powerOn: boolean;
  readonly powerDevice: string;
  readonly prestage: boolean;
  readonly outOfService: boolean;
}

export type RulesProblems = Partial<Record<keyof RulesDraft, MessageKey>>;

const number = (text: string): number =>
  text.trim() === "" ? Number.NaN : Number(text.trim().replace(",", "."));

/** Bounds of what is typed, and what is said where it is none of that. */
const NUMBERS = {
  grace: { within: z.number().min(0).max(30), problem: "rules.problem.grace" },
  delay: { within: z.number().min(0), problem: "rules.problem.number" },
  deadline: { within: z.number().min(1).max(1440), problem: "rules.problem.deadline" },
  maxFailures: { within: z.int().min(1).max(100), problem: "rules.problem.maxFailures" },
} as const;

export function rulesDraftOf(options: OptionsView): RulesDraft {
  const { clear_evidence: evidence } = options;
  const field = evidence?.kind === "field" ? evidence : undefined;
  return {
    platePolicy: options.plate_policy,
    gcode: options.job_transition_gcode,
    evidence: evidence?.kind ?? "none",
    evidenceLine: evidence?.kind === "line" ? evidence.text : "",
    evidenceObject: field?.object ?? "",
    evidenceField: field?.field ?? "",
    evidenceValue: field === undefined ? "" : String(field.value),
    deadline: String(Math.round((options.clear_deadline / 60) * 100) / 100),
    grace: String(options.clear_grace),
    delay: String(options.job_transition_delay),
    automatic: options.automatic_transition,
    loadOnStartup: options.load_on_startup,
    startClears: options.start_clears_plate === "idle",
    afterFailure: options.after_failure,
    maxFailures: String(options.max_failures),
    powerOn: options.power_on === "when_job_may_start",
    powerDevice: options.power_device,
    prestage: options.prestage === "auto",
    outOfService: options.out_of_service,
  };
}

/** What is missing or out of bounds, by field; empty = it can be saved. */
export function rulesProblems(draft: RulesDraft): RulesProblems {
  const problems: RulesProblems = {};
  for (const key of ["grace", "delay", "deadline", "maxFailures"] as const) {
    const { within, problem } = NUMBERS[key];
    if (!within.safeParse(number(draft[key])).success) problems[key] = problem;
  }
  if (draft.platePolicy === "gcode" && draft.gcode.trim() === "") {
    problems.gcode = "rules.problem.gcode";
  }
  const needed = {
    none: [],
    line: ["evidenceLine"],
    field: ["evidenceObject", "evidenceField", "evidenceValue"],
  } as const;
  for (const key of needed[draft.evidence]) {
    if (draft[key].trim() === "") problems[key] = "rules.problem.needed";
  }
  if (draft.powerOn && draft.powerDevice.trim() === "") {
    problems.powerDevice = "rules.problem.device";
  }
  return problems;
}

/** The options that differ from the present ones; what others have changed meanwhile stays. */
export function rulesChanges(present: OptionsView, draft: RulesDraft): Partial<OptionsView> {
  const wanted: OptionsView = {
    plate_policy: draft.platePolicy,
    job_transition_gcode: draft.gcode,
    clear_evidence: evidenceOf(draft),
    clear_deadline: number(draft.deadline) * 60,
    clear_grace: number(draft.grace),
    job_transition_delay: number(draft.delay),
    automatic_transition: draft.automatic,
    load_on_startup: draft.loadOnStartup,
    start_clears_plate: draft.startClears ? "idle" : "never",
    after_failure: draft.afterFailure,
    max_failures: number(draft.maxFailures),
    power_on: draft.powerOn ? "when_job_may_start" : "never",
    power_device: draft.powerDevice.trim(),
    prestage: draft.prestage ? "auto" : "idle_only",
    out_of_service: draft.outOfService,
  };
  return Object.fromEntries(
    Object.entries(wanted).filter(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(present[key as keyof OptionsView]),
    ),
  );
}

function evidenceOf(draft: RulesDraft): OptionsView["clear_evidence"] {
  switch (draft.evidence) {
    case "none":
      return null;
    case "line":
      return { kind: "line", text: draft.evidenceLine.trim() };
    case "field":
      return {
        kind: "field",
        object: draft.evidenceObject.trim(),
        field: draft.evidenceField.trim(),
        value: valueOf(draft.evidenceValue.trim()),
      };
  }
}

/** Klipper tells numbers, truths and words apart; a form has words only. */
function valueOf(text: string): string | number | boolean {
  if (text === "true" || text === "false") return text === "true";
  return text !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}
