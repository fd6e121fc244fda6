import type { PrinterView } from "#shared/contract/farm.ts";
import { AttemptId, ContentHash, CopyId, JobId, PrinterId } from "#shared/domain/ids.ts";

/** Unix seconds that fixtures count from. */
export type Now = number;

type Row = PrinterView["queue"]["rows"][number];
type Current = NonNullable<PrinterView["current"]>;
type Decision = PrinterView["queue"]["decisions"][number];

let serial = 0;
const hex = (): string => (++serial + 0x18e0_0000).toString(16).toUpperCase().padStart(16, "0");

/** The content id that a fixture file has; the same name, the same bytes. */
function contentOf(filename: string): ContentHash {
  let sum = 7;
  for (const letter of filename) sum = (sum * 31 + letter.charCodeAt(0)) % 0xffff_ffff;
  return ContentHash.parse(sum.toString(16).padStart(8, "0").repeat(8));
}

export function rowFixture(filename: string, changes: Partial<Row> = {}): Row {
  return {
    job_id: CopyId.parse(hex()),
    job: JobId.parse(hex()),
    filename,
    content: contentOf(filename),
    ahead: null,
    has_thumbnail: true,
    note: "",
    machine: "unknown",
    time_added: 1_700_000_000,
    estimate: 3600,
    hold: null,
    wanted: 1,
    done: 0,
    locked: false,
    reasons: [],
    ...changes,
  };
}

export function currentFixture(filename: string, changes: Partial<Current> = {}): Current {
  return {
    source: "queue",
    filename,
    content: contentOf(filename),
    attempt: AttemptId.parse(hex()),
    job_id: CopyId.parse(hex()),
    state: "printing",
    progress: 0.37,
    transfer: null,
    print_duration: 1500,
    remaining: 2700,
    layer: 42,
    layer_count: 160,
    started: 1_700_000_000,
    ...changes,
  };
}

export function decisionFixture(filename: string, changes: Partial<Decision> = {}): Decision {
  return {
    attempt: AttemptId.parse(hex()),
    job_id: CopyId.parse(hex()),
    filename,
    content: contentOf(filename),
    outcome: "failed",
    ended: 1_700_000_000,
    message: "Heater extruder not heating at expected rate",
    evidence: [
      "The printer said it selected the file.",
      "The printer's history has a new entry 0001A3.",
      "The printer reports the print as error.",
    ],
    ...changes,
  };
}

/** What tests say of a printer; queue, link and so on are changed member by member. */
export interface PrinterChanges extends Partial<
  Omit<PrinterView, "link" | "klippy" | "plate" | "queue" | "options">
> {
  readonly link?: Partial<PrinterView["link"]>;
  readonly klippy?: Partial<PrinterView["klippy"]>;
  readonly plate?: Partial<PrinterView["plate"]>;
  readonly queue?: Partial<PrinterView["queue"]>;
  readonly options?: Partial<PrinterView["options"]>;
}

/** A connected, idle printer with an empty queue and a clear plate, with what the test changes. */
export function printerFixture(
  id: string,
  name: string,
  changes: PrinterChanges = {},
): PrinterView {
  const { link, klippy, plate, queue, options, ...rest } = changes;
  const rows = queue?.rows ?? [];
  return {
    id: PrinterId.parse(id),
    name,
    order: 0,
    is_default: false,
    tags: [],
    activity: "idle",
    current: null,
    temperatures: [
      { name: "extruder", temperature: 24.3, target: 0 },
      { name: "heater_bed", temperature: 23.1, target: 0 },
    ],
    attention: [],
    master: { state: "held", holder: null, foreign_queue: null },
    ...rest,
    link: {
      kind: "moonraker",
      address: "http://192.168.1.40:7125",
      folder: null,
      state: "connected",
      detail: null,
      since: 1_700_000_000,
      last_seen: null,
      next_retry: null,
      ...link,
    },
    klippy: { state: "ready", message: "Printer is ready", ...klippy },
    plate: {
      state: "clear",
      revision: 3,
      since: 1_700_000_000,
      by: "board",
      reason: "Cleared at the board",
      part: null,
      ...plate,
    },
    queue: {
      state: "paused",
      armed: false,
      revision: 1,
      decisions: [],
      undo: null,
      redo: null,
      total: rows.reduce((sum, row) => sum + (row.estimate ?? 0), 0),
      ...queue,
      rows,
    },
    options: {
      automatic_transition: true,
      load_on_startup: false,
      job_transition_delay: 0,
      job_transition_gcode: "",
      plate_policy: "confirm",
      clear_grace: 5,
      start_clears_plate: "idle",
      after_failure: "hold",
      max_failures: 3,
      clear_evidence: null,
      clear_deadline: 5400,
      power_on: "never",
      power_device: "",
      prestage: "auto",
      out_of_service: false,
      ...options,
    },
  };
}
