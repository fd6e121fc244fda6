import type { PrinterView } from "#shared/contract/farm.ts";
import { AttemptId } from "#shared/domain/ids.ts";
import {
  decisionFixture,
  type Now,
  type PrinterChanges,
  printerFixture,
  rowFixture,
} from "./boardFixtures.ts";

const FILE = "hex-spacer_0.2mm_PETG.gcode";
const DECIDE = "The last print did not finish: say what becomes of it.";
const REFUSED = "The printer refused the file: No space left on device. Is its disk full?";

const waiting = (code: "decision_open" | "staging_failed" | "not_armed", text: string) => [
  rowFixture(FILE, { estimate: 900, reasons: [{ code, text }] }),
];

/** An attempt that ended otherwise than finished, as its column asks about it. */
function decided(
  id: string,
  name: string,
  decision: ReturnType<typeof decisionFixture>,
  more: readonly ReturnType<typeof decisionFixture>[] = [],
): PrinterView {
  return printerFixture(id, name, {
    plate: { state: "occupied", reason: `${decision.filename} ended ${decision.outcome}.` },
    attention: [{ kind: "decision", text: `${decision.filename}: ${decision.outcome}` }],
    queue: { decisions: [decision, ...more], rows: waiting("decision_open", DECIDE) },
  });
}

/** The next job could not be brought over: `armed` = it is tried again by itself. */
function stuck(id: string, name: string, armed: boolean): PrinterView {
  const text = armed ? `${REFUSED} It is tried again soon.` : `The queue is paused: ${REFUSED}`;
  return printerFixture(id, name, {
    attention: [{ kind: "transfer", text }],
    queue: { armed, rows: waiting(armed ? "staging_failed" : "not_armed", text) },
  });
}

/**
 * One printer in each form a column takes, beyond those of `everyState`: every question to a person, and
 * what only explains why nothing starts.
 */
export function attentionStates(now: Now): PrinterView[] {
  const asked = (id: string, name: string, changes: PrinterChanges) =>
    printerFixture(id, name, changes);
  const states = [
    stuck("transfer-again", "Voron 0.2", true),
    stuck("transfer-stopped", "Micron", false),
    decided(
      "decision-interrupted",
      "RatRig V-Minion",
      decisionFixture("lamp-shade_0.3mm_PLA_11h20m.gcode", {
        outcome: "interrupted",
        message: "Klipper was restarted during the print.",
        evidence: ["The printer's history says: interrupted."],
      }),
    ),
    decided(
      "decision-unknown",
      "Sovol SV08",
      decisionFixture("bracket_0.2mm_PETG.gcode", {
        outcome: "unknown",
        message: null,
        evidence: [
          "The connection was lost after the start was sent, and Klipper keeps no history of its prints.",
        ],
      }),
    ),
    decided(
      "decision-cancelled",
      "Ender 5 Plus",
      decisionFixture("orders/2026/clamp-left-reinforced_0.15mm_PETG_5h10m.gcode", {
        outcome: "cancelled",
        message: "Cancelled.",
        evidence: ["The printer reports the print as cancelled."],
      }),
      [decisionFixture(FILE)],
    ),
    asked("foreign-queue", "Trident 300", {
      attention: [{ kind: "foreign_queue", text: "The printer's own job queue holds 6 jobs." }],
      master: {
        state: "held",
        holder: null,
        foreign_queue: {
          jobs: 6,
          filenames: ["benchy.gcode", "benchy.gcode", "fan-duct_0.2mm_ASA.gcode", "jig.gcode"],
          starts_by: ["automatic_transition"],
        },
      },
    }),
    asked("not-master", "Prusa XL", {
      attention: [{ kind: "not_master", text: "Managed by DESK-2 (jo)." }],
      master: { state: "other", holder: { host: "DESK-2", user: "jo" }, foreign_queue: null },
      queue: {
        armed: true,
        rows: [
          rowFixture(FILE, {
            estimate: 900,
            reasons: [{ code: "not_master", text: "Managed by DESK-2 (jo)." }],
          }),
        ],
      },
    }),
    asked("klipper-off", "Ender 3 V2", {
      activity: "offline",
      klippy: { state: "disconnected", message: "" },
      temperatures: [],
      attention: [{ kind: "offline_with_jobs", text: "1 waiting for this printer" }],
      queue: {
        armed: true,
        rows: [
          rowFixture(FILE, {
            estimate: 900,
            ahead: { progress: 1, waits: null },
            reasons: [
              {
                code: "klippy_disconnected",
                text: "Klipper is not running, or the printer has no power.",
              },
            ],
          }),
        ],
      },
    }),
    asked("klippy-error", "Annex K3", {
      activity: "error",
      klippy: {
        state: "error",
        message: "Option 'pin' in section 'extruder' must be specified",
      },
      attention: [{ kind: "klippy", text: "Option 'pin' in section 'extruder' must be specified" }],
    }),
    asked("store", "Switchwire", {
      attention: [
        {
          kind: "store",
          text: "What happens here cannot be stored, so no print is started: The disk with Nextplate's data is full: nothing was changed. Free some space and try again.",
        },
      ],
    }),
    asked("options", "VzBot", {
      attention: [
        {
          kind: "options",
          text: "The g-code between two prints names EJECT_PART, which this printer does not have.",
        },
      ],
      options: { plate_policy: "gcode", job_transition_gcode: "EJECT_PART" },
    }),
    asked("out-of-service", "CR-10 Max", { options: { out_of_service: true } }),
    asked("plate-parts", "Bluer", {
      attention: [{ kind: "plate", text: "knob-set-x6_0.2mm_PLA.gcode is finished." }],
      plate: {
        state: "occupied",
        reason: "knob-set-x6_0.2mm_PLA.gcode is finished.",
        part: {
          attempt: AttemptId.parse("00000000018E0001"),
          filename: "knob-set-x6_0.2mm_PLA.gcode",
        },
      },
      queue: { armed: false, rows: waiting("not_armed", "The queue is paused.") },
    }),
    asked("plate-grace", "Pandora", {
      plate: { state: "clear", since: now - 1 },
      options: { clear_grace: 5 },
      queue: {
        armed: true,
        state: "loading",
        rows: [
          rowFixture(FILE, {
            estimate: 900,
            reasons: [
              {
                code: "undo_grace",
                text: "Starts in a moment; this can still be undone.",
              },
            ],
          }),
        ],
      },
    }),
  ];
  return states.map((state, order) => ({ ...state, order }));
}
