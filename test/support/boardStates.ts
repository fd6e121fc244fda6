import type { PrinterView } from "#shared/contract/farm.ts";
import {
  currentFixture,
  decisionFixture,
  type Now,
  printerFixture,
  rowFixture,
} from "./boardFixtures.ts";

const hot = [
  { name: "extruder", temperature: 244.8, target: 245 },
  { name: "heater_bed", temperature: 84.9, target: 85 },
];
/** Of the printers in turn. */
const TAGS = [["PETG", "0.4"], ["PETG", "0.6"], ["ASA"], [], ["ASA", "rack 2"]] as const;
const behind = [{ code: "behind" as const, text: "Other copies go first." }];
const brackets = rowFixture("bracket_0.2mm_PETG.gcode").job;
const printing = [{ code: "printing" as const, text: "The present print goes first." }];

/** One printer in every state a column can show, in the order of their makers' importance to a reader. */
export function everyState(now: Now): PrinterView[] {
  const states: PrinterView[] = [
    printerFixture("voron-1", "Voron 2.4 left", {
      is_default: true,
      activity: "printing",
      current: currentFixture("gearbox-housing_0.2mm_ASA_3h40m.gcode"),
      temperatures: [...hot, { name: "heater_generic chamber", temperature: 51.2, target: 55 }],
      plate: {
        state: "occupied",
        reason: "gearbox-housing_0.2mm_ASA_3h40m.gcode is being started.",
      },
      queue: {
        armed: true,
        rows: [
          rowFixture("bracket_0.2mm_PETG.gcode", {
            job: brackets,
            estimate: 2460,
            wanted: 4,
            done: 1,
            reasons: printing,
          }),
          rowFixture("bracket_0.2mm_PETG.gcode", {
            job: brackets,
            estimate: 2460,
            wanted: 4,
            done: 1,
            reasons: behind,
          }),
          rowFixture("orders/2026/clamp-left-reinforced_0.15mm_PETG_5h10m.gcode", {
            estimate: 18_600,
            reasons: behind,
          }),
          rowFixture("vase_0.2mm_PETG.gcode", {
            estimate: 30_100,
            has_thumbnail: false,
            hold: "wait for black filament",
            reasons: [{ code: "held", text: "wait for black filament" }],
          }),
          rowFixture("hex-spacer_0.2mm_PETG.gcode", {
            estimate: 900,
            reasons: behind,
          }),
        ],
      },
    }),
    printerFixture("voron-2", "Voron 2.4 right", {
      plate: { state: "occupied", reason: "bracket_0.2mm_PETG.gcode is finished." },
      attention: [{ kind: "plate", text: "bracket_0.2mm_PETG.gcode is finished." }],
      temperatures: [
        { name: "extruder", temperature: 61.3, target: 0 },
        { name: "heater_bed", temperature: 44.9, target: 0 },
      ],
      queue: {
        armed: true,
        rows: [
          rowFixture("cube20_0.2mm_PETG.gcode", {
            estimate: 1320,
            reasons: [{ code: "plate_occupied", text: "The plate must be cleared first." }],
          }),
          rowFixture("bracket_0.2mm_PETG.gcode", {
            estimate: 2460,
            reasons: behind,
          }),
        ],
      },
    }),
    printerFixture("mk4", "MK4 Klipper", {
      plate: { state: "occupied", reason: "vase_0.2mm_PETG.gcode ended failed." },
      attention: [
        {
          kind: "decision",
          text: "vase_0.2mm_PETG.gcode: Heater extruder not heating at expected rate",
        },
      ],
      queue: {
        decisions: [decisionFixture("vase_0.2mm_PETG.gcode")],
        rows: [
          rowFixture("vase_0.2mm_PETG.gcode", {
            estimate: 30_100,
            reasons: [
              {
                code: "decision_open",
                text: "The last print did not finish: say what becomes of it.",
              },
            ],
          }),
        ],
      },
    }),
    printerFixture("ender", "Ender 3 S1", {
      activity: "offline",
      link: {
        state: "unreachable",
        address: "http://ender.local:7125",
        detail: "ender.local does not answer. Is the printer on, and is the address right?",
        last_seen: now - 4000,
        next_retry: now + 25,
      },
      klippy: { state: "unknown", message: "" },
      temperatures: [],
      attention: [{ kind: "offline_with_jobs", text: "3 waiting for this printer" }],
      queue: {
        armed: true,
        rows: [
          rowFixture("bracket_0.2mm_PETG.gcode", {
            estimate: 2460,
            reasons: [{ code: "link_down", text: "The printer cannot be reached." }],
          }),
          rowFixture("hex-spacer_0.2mm_PETG.gcode", {
            estimate: 900,
            reasons: behind,
          }),
          rowFixture("legs_0.3mm_PLA.gcode", { estimate: null, reasons: behind }),
        ],
      },
    }),
    printerFixture("trident", "Trident", {
      activity: "transferring",
      current: currentFixture("hex-spacer_0.2mm_PETG.gcode", {
        state: "staging",
        progress: 0,
        transfer: 0.43,
        remaining: null,
      }),
      queue: {
        armed: true,
        state: "loading",
        rows: [
          rowFixture("cube20_0.2mm_PETG.gcode", { locked: true, estimate: 1320 }),
          rowFixture("bracket_0.2mm_PETG.gcode", {
            estimate: 2460,
            reasons: behind,
          }),
        ],
      },
    }),
    printerFixture("ratrig", "RatRig V-Core", { link: { kind: "simulated" } }),
    printerFixture("switchwire", "Switchwire", {
      activity: "printing",
      current: currentFixture("calibration cube.gcode", {
        source: "external",
        content: null,
        attempt: null,
        job_id: null,
        progress: 0.91,
        remaining: 240,
        layer: null,
        layer_count: null,
      }),
      temperatures: hot,
      queue: {
        rows: [
          rowFixture("cube20_0.2mm_PETG.gcode", {
            estimate: 1320,
            reasons: [{ code: "not_armed", text: "The queue is paused." }],
          }),
        ],
      },
    }),
    printerFixture("v0", "V0.2", {
      activity: "error",
      klippy: {
        state: "shutdown",
        message:
          "MCU 'mcu' shutdown: Timer too close\nOnce the underlying issue is corrected, use the FIRMWARE_RESTART command.",
      },
      attention: [{ kind: "klippy", text: "MCU 'mcu' shutdown: Timer too close" }],
      plate: { state: "unknown", reason: "Klipper has shut down." },
      queue: {
        armed: true,
        rows: [
          rowFixture("bracket_0.2mm_PETG.gcode", {
            estimate: 2460,
            reasons: [
              {
                code: "klippy_not_ready",
                text: "Klipper is not ready. MCU 'mcu' shutdown: Timer too close",
              },
            ],
          }),
        ],
      },
    }),
    printerFixture("salad", "Salad Fork", {
      activity: "paused",
      attention: [{ kind: "print_paused", text: "The present print is paused." }],
      current: currentFixture("lamp-shade_0.3mm_PLA_11h20m.gcode", {
        state: "paused",
        progress: 0.58,
        remaining: 17_100,
      }),
      temperatures: hot,
      queue: { armed: true, rows: [] },
    }),
    printerFixture("plus4", "Qidi Plus 4", {
      activity: "unknown",
      link: { state: "connecting" },
      klippy: { state: "unknown", message: "" },
      temperatures: [],
    }),
    printerFixture("k1", "K1 Max", {
      activity: "offline",
      link: {
        state: "unauthorized",
        detail:
          "The printer refuses us. Enter its API key (Moonraker: [authorization], or Settings in Mainsail or Fluidd), or add this computer to its trusted_clients",
      },
      klippy: { state: "unknown", message: "" },
      temperatures: [],
      attention: [
        {
          kind: "unauthorized",
          text: "The printer refuses us. Enter its API key (Moonraker: [authorization], or Settings in Mainsail or Fluidd), or add this computer to its trusted_clients",
        },
      ],
    }),
    printerFixture("belt", "Belt printer", {
      plate: { state: "unknown", reason: "The printer did something while it was out of sight." },
      attention: [{ kind: "plate", text: "The printer did something while it was out of sight." }],
      queue: {
        armed: true,
        rows: [
          rowFixture("hex-spacer_0.2mm_PETG.gcode", {
            estimate: 900,
            reasons: [
              {
                code: "plate_unknown",
                text: "Is the plate clear? The printer did something while it was out of sight.",
              },
            ],
          }),
        ],
      },
    }),
  ];
  const since = now - 2700;
  return states.map((state, order) => ({
    ...state,
    order,
    tags: [...(TAGS[order % TAGS.length] ?? [])],
    plate: { ...state.plate, since },
    link: { ...state.link, address: state.link.address.replace(/40:/, `${41 + order}:`) },
  }));
}

/** A farm of any size, made of the states over and over. */
export function farmOf(count: number, now: Now): PrinterView[] {
  const printers: PrinterView[] = [];
  for (let order = 0; printers.length < count; order++) {
    const states = everyState(now);
    const state = states[order % states.length];
    if (state === undefined) break;
    const round = Math.floor(order / states.length);
    const { id, name } =
      round === 0
        ? state
        : printerFixture(`${state.id}-${round + 1}`, `${state.name} ${round + 1}`);
    printers.push({ ...state, id, name, order, is_default: order === 0 });
  }
  return printers;
}
