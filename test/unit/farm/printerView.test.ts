import { EMPTY_MEMORY } from "#shared/domain/queue.ts";
import { describe, expect, it } from "vitest";
import { PrinterView } from "#shared/contract/farm.ts";
import type { Attempt } from "#shared/domain/attempt.ts";
import { AttemptId, ContentHash, CopyId, JobId, PrinterId } from "#shared/domain/ids.ts";
import { DEFAULT_PRINTER_OPTIONS } from "#shared/domain/printer.ts";
import type { LinkState } from "../../../electron/host/link/printerLink.ts";
import {
  printerView,
  remainingTime,
  type ViewSources,
} from "../../../electron/host/engine/printerView.ts";

const id = PrinterId.parse("voron-1");
const content = ContentHash.parse("ab".repeat(32));
const engine = { kind: "engine", name: "engine" } as const;

const connected: LinkState = {
  kind: "connected",
  since: 0,
  epoch: 1,
  klippy: "ready",
  message: "Printer is ready",
  session: { epoch: 1, klippyProcess: "p1", objects: [], keepsHistory: true },
};

const attempt: Attempt = {
  id: AttemptId.parse("0000000000000002"),
  copyId: CopyId.parse("0000000000000001"),
  jobId: JobId.parse("0000000000000003"),
  printerId: id,
  filename: "bracket.gcode",
  contentHash: content,
  state: "printing",
  copyAddedAt: 0,
  createdAt: 0,
  staged: null,
  baseline: null,
  startSentAt: 0,
  startedAt: 10_000,
  endedAt: null,
  historyJobId: null,
  evidence: [],
  message: null,
  decision: null,
};

const STATUS = {
  print_stats: {
    state: "printing",
    filename: "nextplate/abababab/bracket.gcode",
    print_duration: 60,
  },
  virtual_sdcard: { progress: 0.5, file_position: 500 },
  extruder: { temperature: 240.1, target: 240 },
  heater_bed: { temperature: 80, target: 80 },
};

type Change = Partial<ViewSources> & { stored?: Partial<ViewSources["queue"]["stored"]> };

function view({ stored, ...change }: Change = {}) {
  const queue: ViewSources["queue"] = {
    stored: {
      printer: id,
      revision: 1,
      armed: false,
      pauseRequested: false,
      jobs: new Map(),
      copies: [],
      attempt: null,
      undecided: [],
      plate: { state: "clear", revision: 0, at: 0, by: engine, reason: "said so" },
      lastSeen: null,
      memory: EMPTY_MEMORY,
      ...stored,
    },
    options: DEFAULT_PRINTER_OPTIONS,
    state: "paused",
    reasons: [],
    trouble: null,
    unstored: null,
    reconciled: true,
    external: null,
    transfer: null,
    unknownCommands: [],
    undoable: null,
    redoable: null,
    ahead: null,
    mastery: { lease: { kind: "held" }, question: null },
    loadingUntil: null,
  };
  const made = printerView({
    printer: {
      id,
      name: "Voron",
      order: 1,
      link: { kind: "moonraker", url: "http://127.0.0.1:1", apiKey: "secret-key" },
      options: DEFAULT_PRINTER_OPTIONS,
      tags: [],
      createdAt: 0,
    },
    isDefault: true,
    address: "http://127.0.0.1:1",
    link: connected,
    status: {},
    machine: { tags: [], nozzleDiameter: null, height: null, reach: null },
    queue,
    metadata: () => undefined,
    ...change,
  });
  // Every projection is what the contract promises, and never carries a secret.
  expect(PrinterView.safeParse(made).error).toBeUndefined();
  expect(JSON.stringify(made)).not.toContain("secret-key");
  return made;
}

describe("what the board shows of a printer", () => {
  it("is grey, not red, while nothing is known yet", () => {
    const made = view({ link: { kind: "connecting", since: 0, lastSeen: null } });
    expect(made).toMatchObject({
      activity: "unknown",
      klippy: { state: "unknown" },
      attention: [],
    });
  });

  it("tells a host that is unreachable from a Klippy that is off and one that is not ready", () => {
    const unreachable = {
      kind: "unreachable",
      since: 0,
      lastSeen: 5000,
      reason: "refused",
      retryAt: 9000,
    } as const;
    expect(view({ link: unreachable })).toMatchObject({
      activity: "offline",
      link: { state: "unreachable", detail: "refused", last_seen: 5, next_retry: 9 },
    });
    const off = { ...connected, klippy: "disconnected", session: null } as const;
    expect(view({ link: off })).toMatchObject({
      activity: "offline",
      link: { state: "connected" },
    });
    const down = { ...connected, klippy: "shutdown", message: "MCU lost", session: null } as const;
    expect(view({ link: down })).toMatchObject({
      activity: "error",
      attention: [{ kind: "klippy", text: "MCU lost" }],
    });
  });

  it("shows our own print under its library name, with progress and temperatures", () => {
    const made = view({ stored: { attempt }, status: STATUS });
    expect(made.activity).toBe("printing");
    expect(made.current).toMatchObject({
      source: "queue",
      filename: "bracket.gcode",
      progress: 0.5,
      remaining: 60,
      started: 10,
    });
    expect(made.temperatures).toEqual([
      { name: "extruder", temperature: 240.1, target: 240 },
      { name: "heater_bed", temperature: 80, target: 80 },
    ]);
  });

  it("counts progress from the first g-code byte to the last, as the slicer marked them", () => {
    const metadata = () => ({ thumbnails: [], gcode_start_byte: 400, gcode_end_byte: 800 });
    expect(view({ stored: { attempt }, status: STATUS, metadata }).current?.progress).toBe(0.25);
  });

  it("shows a print that somebody else started as external", () => {
    const base = view();
    expect(base.current).toBeNull();
    const queue = { external: { filename: "by-hand.gcode" } };
    const made = printerViewWith(queue);
    expect(made.current).toMatchObject({ source: "external", filename: "by-hand.gcode" });
  });

  it("asks about the plate after a print, and about an unknown one only when something waits", () => {
    const plate = (state: "occupied" | "unknown") => ({
      plate: { state, revision: 3, at: 0, by: engine, reason: "bracket.gcode finished" },
    });
    expect(view({ stored: plate("occupied") }).attention).toEqual([
      { kind: "plate", text: "bracket.gcode finished" },
    ]);
    expect(view({ stored: plate("unknown") }).attention).toEqual([]);
    expect(view({ stored: { ...plate("occupied"), attempt }, status: STATUS }).attention).toEqual(
      [],
    );
  });

  it("puts an attempt that waits for a word before the plate", () => {
    const failed: Attempt = {
      ...attempt,
      state: "failed",
      message: "Move out of range",
      endedAt: 20_000,
    };
    const made = view({
      stored: {
        undecided: [failed],
        plate: { state: "occupied", revision: 1, at: 0, by: engine, reason: "failed" },
      },
    });
    expect(made.attention.map(({ kind }) => kind)).toEqual(["decision", "plate"]);
    expect(made.queue.decisions).toMatchObject([
      { outcome: "failed", message: "Move out of range" },
    ]);
  });

  it("needs a person at a paused print, and where the next job could not be started", () => {
    const paused: Attempt = { ...attempt, state: "paused" };
    const kinds = ({ attention }: ReturnType<typeof view>) => attention.map(({ kind }) => kind);
    expect(kinds(view({ stored: { attempt: paused }, status: STATUS }))).toEqual(["print_paused"]);
    const trouble = "The queue is paused: The printer refused the file.";
    expect(printerViewWith({ trouble }).attention[0]).toEqual({ kind: "transfer", text: trouble });
  });

  it("needs a person while what happens cannot be stored", () => {
    const unstored = "The disk is full.";
    expect(printerViewWith({ unstored }).attention[0]).toEqual({
      kind: "store",
      text: "What happens here cannot be stored, so no print is started: The disk is full.",
    });
  });

  it("does not call a printer idle before it was looked at: somebody's print may run there", () => {
    expect(printerViewWith({ reconciled: false }).activity).toBe("unknown");
    expect(printerViewWith({}).activity).toBe("idle");
  });

  it("does not ask about a plate that the printer's g-code clears when the delay is over", () => {
    expect(printerViewWith({ loadingUntil: 60_000 }).attention).toEqual([]);
  });

  function printerViewWith(queue: Partial<ViewSources["queue"]>) {
    const stored = {
      printer: id,
      revision: 1,
      armed: false,
      pauseRequested: false,
      jobs: new Map(),
      copies: [],
      attempt: null,
      undecided: [],
      plate: { state: "occupied", revision: 0, at: 0, by: engine, reason: "external print" },
      lastSeen: null,
      memory: EMPTY_MEMORY,
    } as const;
    return view({
      status: STATUS,
      queue: {
        stored,
        options: DEFAULT_PRINTER_OPTIONS,
        state: "paused",
        reasons: [],
        trouble: null,
        unstored: null,
        reconciled: true,
        external: null,
        transfer: null,
        unknownCommands: [],
        undoable: null,
        redoable: null,
        ahead: null,
        mastery: { lease: { kind: "held" }, question: null },
        loadingUntil: null,
        ...queue,
      },
    });
  }
});

describe("remaining time", () => {
  it("is unknown at the start of a file without an estimate", () => {
    expect(remainingTime(0, 0, undefined)).toBeNull();
  });

  it("begins at the slicer's estimate and ends at the real pace", () => {
    expect(remainingTime(0, 0, 600)).toBe(600);
    expect(remainingTime(0.5, 400, 600)).toBe(300);
    expect(remainingTime(1, 700, 600)).toBe(0);
  });
});
