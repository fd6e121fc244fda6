import type { DiscoveryStatus } from "#shared/contract/farmDiscovery.ts";
import type { HistoryItem, HistoryTotals } from "#shared/contract/farmHistory.ts";
import type { LibraryItem } from "#shared/contract/farmLibrary.ts";
import { WebhookEvent, type WebhookView } from "#shared/contract/farmWebhooks.ts";
import type { Result } from "#shared/contract/index.ts";
import type { HostInfo } from "#shared/contract/farmSettings.ts";
import type { PrinterView } from "#shared/contract/farm.ts";
import type { AttemptOutcome } from "#shared/domain/attempt.ts";
import * as z from "zod";
import { AttemptId, ContentHash, CopyId, PrinterId } from "#shared/domain/ids.ts";

/**
 * What a host in the middle of its work answers to the screens beside the board: the same for the same
 * printers and time, so that pictures and tests can be compared.
 */
export function screenAnswers(
  printers: readonly PrinterView[],
  now: number,
  options: { readonly attempts?: number } = {},
): (method: string, params: unknown) => unknown {
  const history = attempts(printers, now, options.attempts ?? 420);
  const keys = [
    {
      id: "k1",
      name: "Slicer laptop",
      scope: "operate",
      ending: "x3Qf",
      created: now - 86_400 * 40,
    },
    { id: "k2", name: "Home Assistant", scope: "read", ending: "9aZk", created: now - 86_400 * 3 },
  ];
  return (method, params) => {
    switch (method) {
      case "farm.library.list":
        return { folders: FOLDERS, files: files(now), disk: DISK };
      case "farm.history.list":
        return page(history, params);
      case "farm.history.totals":
        return totals(history);
      case "farm.plate.history":
        return { words: plateWords(now) };
      case "server.temperature_store":
        return temperatureStore();
      case "farm.settings.get":
        return { stage_rate: 4_000_000 };
      case "farm.host.info":
        return hostInfo(now);
      case "access.users.list":
        return {
          users: [{ username: "anna", source: "moonraker", created_on: now, scope: "operate" }],
        };
      case "farm.reach.get":
        return {
          origins: ["http://mainsail.local"],
          announce: false,
          announce_problem: null,
          ports: [],
        };
      case "farm.keys.list":
        return { keys };
      case "farm.webhooks.list":
        return { webhooks: webhooks(printers, now) };
      case "farm.access.log":
        return { entries: trail(now, params) };
      case "farm.keys.create":
        return {
          key: "np_4t7uGmYw2cKx8rZqLh0vJ5nB1sDfEaPo",
          view: { id: "k3", name: "CI", scope: "operate", ending: "EaPo", created: now },
        };
      case "farm.discovery.networks":
        return {
          networks: [{ cidr: "192.168.1.0/24", interface: "eth0", addresses: 254 }],
        };
      case "farm.discovery.start":
      case "farm.discovery.status":
      case "farm.discovery.cancel":
        return found();
      default:
        return undefined;
    }
  };
}

/** One that works, one whose receiver is away, one switched off. */
function webhooks(printers: readonly PrinterView[], now: number): WebhookView[] {
  const common = { printers: null, enabled: true, waiting: 0, lost: 0, next_try: null };
  const sent = { event: "print.ended", ok: true, status: 200, detail: "" };
  return [
    {
      ...common,
      id: "w1",
      name: "Shop floor chat",
      url: "https://chat.example/hooks/7f3a",
      events: [...WebhookEvent.options],
      created: now - 86_400 * 30,
      last: { ...sent, at: now - 240 },
    },
    {
      ...common,
      id: "w2",
      name: "Home Assistant",
      url: "http://homeassistant.local:8123/api/webhook/nextplate-voron-1",
      events: ["print.ended", "attention"],
      printers: printers.slice(0, 2).map(({ id }) => id),
      created: now - 86_400 * 9,
      waiting: 3,
      lost: 1,
      last: {
        ...sent,
        at: now - 60,
        ok: false,
        status: 502,
        detail: "answered 502",
      },
      next_try: now + 1200,
    },
    {
      ...common,
      id: "w3",
      name: "Old stock script",
      url: "http://10.0.0.9/print",
      events: ["print.ended"],
      enabled: false,
      created: now - 86_400 * 90,
      last: null,
    },
  ];
}

/** What happened at the door, newest first: 48 entries, each kind among them. */
function trail(now: number, params: unknown): Result<"farm.access.log">["entries"] {
  const { limit, before } = z.object({ limit: z.int(), before: z.int().optional() }).parse(params);
  const things: readonly [string, object][] = [
    ["credential_refused", { address: "192.168.1.77", what: "API key" }],
    ["logged_in", { user: "anna", address: "192.168.1.20" }],
    ["webhook_created", { webhook: "w2", name: "Home Assistant", address: "http://ha.local" }],
    ["key_created", { key: "k2", name: "Home Assistant", scope: "read" }],
    ["user_created", { user: "anna", scope: "operate" }],
    ["reach_changed", { origins: [], announce: true }],
  ];
  const names = ["192.168.1.77", "anna", "Board", "Board", "Board", "Board"];
  return Array.from({ length: 48 }, (_, index) => ({
    number: 480 - index * 10,
    time: now - 500 - index * 7000,
    kind: things[index % things.length]?.[0] ?? "",
    actor: { kind: "api" as const, name: names[index % names.length] ?? "" },
    data: { ...things[index % things.length]?.[1] },
  }))
    .filter(({ number }) => before === undefined || number < before)
    .slice(0, limit);
}

const DISK = { total: 512e9, used: 330e9, free: 182e9 };
const FOLDERS = ["jigs", "orders", "orders/2026-11 Kestrel", "orders/2026-11 Marlow"];
/** Name, printed seconds, grams, bytes. */
const FILES = [
  ["bracket_0.2mm_PETG.gcode", 2460, 12.4, 843_211],
  ["cable-chain_0.2mm_PETG.gcode", 9300, 64, 6_120_000],
  ["clamp-left-reinforced_0.15mm_PETG_5h10m.gcode", 18_600, 141, 22_843_211],
  ["cube20_0.2mm_PETG.gcode", 1320, 4.1, 312_900],
  ["fan-duct_0.2mm_ASA.gcode", 7100, 38, 4_900_000],
  ["gearbox-housing_0.2mm_ASA_3h40m.gcode", 13_200, 96, 17_400_000],
  ["hex-spacer_0.2mm_PETG.gcode", 900, 3.2, 228_000],
  ["knob-set-x6_0.2mm_PLA.gcode", 5400, 29, 3_800_000],
  ["led-diffuser_0.12mm_PLA.gcode", 11_800, 52, 14_100_000],
  ["spool-holder_0.3mm_PETG.gcode", 15_400, 212, 11_000_000],
  ["vase_0.2mm_PETG.gcode", 30_100, 187, 4_120_000],
  ["orders/2026-11 Kestrel/plate-a_0.2mm_PETG.gcode", 22_000, 160, 19_000_000],
  ["orders/2026-11 Kestrel/plate-b_0.2mm_PETG.gcode", 20_400, 151, 18_200_000],
  ["jigs/drill-guide_0.2mm_PLA.gcode", 4100, 24, 2_600_000],
] as const;

/** The same bytes for the same name, as the board's fixtures have them. */
function contentOf(filename: string): ContentHash {
  let sum = 7;
  for (const letter of filename) sum = (sum * 31 + letter.charCodeAt(0)) % 0xffff_ffff;
  return ContentHash.parse(sum.toString(16).padStart(8, "0").repeat(8));
}

function files(now: number): LibraryItem[] {
  return FILES.map(([path, estimate, weight, size], index) => ({
    path,
    content: contentOf(path),
    size,
    modified: now - 3600 * (5 + index * 19),
    parsed: true,
    has_thumbnail: true,
    estimate,
    slicer: index % 4 === 3 ? "PrusaSlicer" : "OrcaSlicer",
    printer_model: index % 4 === 3 ? "MK4" : "Voron 2.4 350",
    nozzle_diameter: 0.4,
    layer_height: path.includes("0.15") ? 0.15 : 0.2,
    layer_count: 160 + index * 7,
    object_height: 32 + index * 1.4,
    filament_type: /PLA/.test(path) ? "PLA" : /ASA/.test(path) ? "ASA" : "PETG",
    filament_length: weight * 330,
    filament_weight: weight,
    in_use: [],
  }));
}

/** Ended prints over the last month, newest first; most finish, as on a farm that is looked after. */
function attempts(printers: readonly PrinterView[], now: number, count: number): HistoryItem[] {
  const machines = printers.length === 0 ? [] : printers;
  let seed = 11;
  const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  let ended = now - 900;
  return Array.from({ length: machines.length === 0 ? 0 : count }, (_, index): HistoryItem => {
    const machine = machines[Math.floor(random() ** 1.5 * machines.length)] ?? machines[0];
    const [path, estimate, weight] = FILES[Math.floor(random() * FILES.length)] ?? FILES[0];
    const luck = random();
    const outcome: AttemptOutcome =
      luck < 0.88 ? "finished" : luck < 0.94 ? "failed" : luck < 0.98 ? "cancelled" : "interrupted";
    const whole = outcome === "finished";
    const duration = estimate * (whole ? 0.94 + random() * 0.16 : random() * 0.7);
    ended -= (random() * 2 * 28 * 86_400) / count;
    return {
      attempt: AttemptId.parse(`0C${(count - index).toString(16).toUpperCase().padStart(14, "0")}`),
      job_id: CopyId.parse(`0B${(count - index).toString(16).toUpperCase().padStart(14, "0")}`),
      printer: machine?.id ?? PrinterId.parse("voron"),
      printer_name: machine?.name ?? null,
      filename: path,
      content: contentOf(path),
      has_thumbnail: true,
      outcome,
      started: ended - duration,
      ended,
      duration,
      estimate,
      filament_length: weight * 330,
      filament_weight: weight,
      message: whole ? null : "Heater extruder not heating at expected rate",
      decision: whole ? null : "retry",
      good_parts: whole ? null : index % 4,
      evidence: ["started as job 000A2F", whole ? "the toolhead came to rest" : "62 % printed"],
    };
  });
}

function page(history: readonly HistoryItem[], params: unknown) {
  const { limit = 100, cursor = "0" } = (params ?? {}) as { limit?: number; cursor?: string };
  const from = Number(cursor);
  const attempts = history.slice(from, from + limit);
  return { attempts, cursor: from + limit < history.length ? String(from + limit) : null };
}

function totals(history: readonly HistoryItem[]): HistoryTotals {
  const by = <K extends string>(key: (item: HistoryItem) => K) => {
    const groups = new Map<K, { attempts: number; finished: number; print_time: number }>();
    for (const item of history) {
      const group = groups.get(key(item)) ?? { attempts: 0, finished: 0, print_time: 0 };
      group.attempts++;
      if (item.outcome === "finished") group.finished++;
      group.print_time += item.duration ?? 0;
      groups.set(key(item), group);
    }
    return groups;
  };
  const outcomes = { finished: 0, cancelled: 0, failed: 0, interrupted: 0, unknown: 0 };
  for (const { outcome } of history) outcomes[outcome]++;
  const dayOf = (at: number): string => String(new Date(at * 1000).setHours(0, 0, 0, 0) / 1000);
  return {
    attempts: history.length,
    by_outcome: outcomes,
    print_time: history.reduce((sum, { duration }) => sum + (duration ?? 0), 0),
    longest: Math.max(0, ...history.map(({ duration }) => duration ?? 0)),
    filament_length: 0,
    filament_weight: history.reduce(
      (sum, item) => sum + (item.outcome === "finished" ? (item.filament_weight ?? 0) : 0),
      0,
    ),
    first: history.at(-1)?.ended ?? null,
    last: history[0]?.ended ?? null,
    printers: [...by(({ printer }) => printer)]
      .map(([printer, count]) => ({
        printer,
        printer_name: history.find((item) => item.printer === printer)?.printer_name ?? null,
        ...count,
      }))
      .toSorted((a, b) => b.print_time - a.print_time),
    files: [...by(({ filename }) => filename)].map(([filename, count]) => ({ filename, ...count })),
    days: [...by(({ ended }) => dayOf(ended))]
      .map(([day, count]) => ({ day: Number(day), ...count }))
      .toSorted((a, b) => a.day - b.day),
  };
}

function plateWords(now: number) {
  const word = (ago: number, state: "clear" | "occupied", by: string, reason: string) => ({
    at: now - ago,
    state,
    by,
    reason,
  });
  const file = "gearbox-housing_0.2mm_ASA_3h40m.gcode";
  return [
    word(2700, "occupied", "engine", `${file} is being started.`),
    word(2760, "clear", "Board", "The plate was said to be clear."),
    word(9100, "occupied", "engine", "hex-spacer_0.2mm_PETG.gcode is finished."),
    word(9960, "occupied", "engine", "hex-spacer_0.2mm_PETG.gcode is being started."),
    word(90_000, "clear", "Board", "The plate was said to be clear."),
  ];
}

/** Twenty minutes of a machine that heats up and then holds its temperatures, one value a second. */
function temperatureStore() {
  const sensor = (from: number, target: number, rate: number) => {
    const heated = Array.from({ length: 1200 }, (_, second) => {
      const wave = Math.sin(second / 7) * 0.4;
      return Math.min(target, from + Math.max(0, second - 240) * rate) + wave;
    });
    return { temperatures: heated, targets: heated.map((_, at) => (at < 240 ? 0 : target)) };
  };
  return {
    extruder: sensor(24, 245, 1.9),
    heater_bed: sensor(23, 85, 0.35),
    "heater_generic chamber": sensor(22, 55, 0.12),
  };
}

function hostInfo(now: number): HostInfo {
  return {
    version: "0.1.0",
    data_dir: "/home/ana/.local/share/nextplate",
    host: "127.0.0.1",
    port: 7140,
    open_to_network: false,
    store_notice: null,
    backup: {
      path: "/home/ana/.local/share/nextplate/nextplate.backup.db",
      size: 4_820_000,
      created: now - 1500,
    },
    restore_pending: false,
    first_upload: null,
    disk: DISK,
  };
}

function found(): DiscoveryStatus {
  const tested = (name: string) => ({
    ok: true as const,
    name,
    klippy_state: "ready" as const,
    moonraker_version: "v0.10.0-31",
    hostname: name,
    folder: null,
    notice: null,
  });
  return {
    running: false,
    done: 0,
    total: 0,
    found: [
      {
        address: "192.168.1.41:7125",
        name: "voron-rack-1",
        source: "mdns",
        tested: tested("voron-rack-1"),
        known: null,
      },
      {
        address: "192.168.1.42:7125",
        name: "voron-rack-2",
        source: "mdns",
        tested: tested("voron-rack-2"),
        known: null,
      },
      {
        address: "192.168.1.50:7125",
        name: "trident",
        source: "mdns",
        tested: {
          ok: false,
          reason: "unauthorized",
          message: "This printer asks for an API key. Enter the key from its Moonraker.",
        },
        known: null,
      },
    ],
    problems: [],
  };
}
