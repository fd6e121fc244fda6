import { GcodeError, type GcodeLine, numberOf, parseGcodeLine } from "./gcodeLine.ts";
import type { Heater } from "./heater.ts";
import type { Machine } from "./machine.ts";

/** A running command: yields the Klipper time (seconds) at which it wants to go on. */
export type Running = Generator<number, void, void>;

type Command = (machine: Machine, line: GcodeLine) => Running | void;

const MACRO_DEPTH = 10;

/** Runs one line of g-code. Unknown commands are no error, as in Klipper. Throws GcodeError. */
export function* runLine(machine: Machine, text: string, depth = 0): Running {
  const line = parseGcodeLine(text);
  if (line === null) return;
  const macro = machine.options.macros.get(line.command);
  if (macro !== undefined && depth < MACRO_DEPTH) {
    for (const macroLine of macro) yield* runLine(machine, macroLine, depth + 1);
    return;
  }
  const name = line.command.startsWith("BASE_") ? line.command.slice(5) : line.command;
  const hasCard = machine.options.gcodesPath !== null;
  const command = hasCard || !CARD_COMMANDS.has(name) ? COMMANDS.get(name) : undefined;
  if (command === undefined) {
    machine.hooks.onResponse(`// Unknown command:"${line.command}"`);
    return;
  }
  if (line.isMalformed) throw new GcodeError(`Malformed command '${text.trim()}'`);
  const running = command(machine, line);
  if (running) yield* running;
}

function move(machine: Machine, line: GcodeLine): void {
  machine.queueMotion(machine.motion.move(line));
}

/** Waits until the head stands still. */
function* waitForMoves(machine: Machine): Running {
  while (machine.printTime > machine.time) yield machine.printTime;
}

function* waitForHeater(machine: Machine, heater: Heater): Running {
  for (;;) {
    machine.advanceHeaters();
    const seconds = heater.secondsToTarget();
    if (seconds <= 0) return;
    yield machine.time + Math.max(0.001, seconds / machine.options.speed);
  }
}

function heat(machine: Machine, heater: Heater, target: number): void {
  machine.advanceHeaters();
  heater.target = target;
}

function* heatAndWait(machine: Machine, heater: Heater, target: number): Running {
  heat(machine, heater, target);
  if (target > 0) yield* waitForHeater(machine, heater);
}

function dwell(machine: Machine, line: GcodeLine): void {
  machine.queueMotion(Math.max(0, numberOf(line, "P", 0) / 1000 + numberOf(line, "S", 0)));
}

function printFile(machine: Machine, line: GcodeLine): void {
  if (machine.sdCard.active) throw new GcodeError("SD busy");
  const filename = (line.params["FILENAME"] ?? "").replace(/^\//, "");
  // The former file is gone even when this one cannot be opened (observed on Klipper v0.13.0-730).
  machine.sdCard.reset();
  machine.stats.reset();
  // It looks at the first letter of the name (read in Klipper v0.13.0-730): an error inside a command.
  if (line.params["FILENAME"] === "") return internalError(machine, line);
  const bytes = machine.hooks.openFile(filename);
  if (bytes === null) throw new GcodeError("Unable to open file");
  machine.sdCard.load(filename, bytes);
  machine.stats.setFile(filename);
  machine.hooks.onPrint({ kind: "started", filename, message: "" });
  machine.hooks.onResponse(`File opened:${filename} Size:${bytes.length}`);
  machine.hooks.onResponse("File selected");
  machine.startFile();
}

/** A command that breaks, unlike one that refuses, shuts the printer down. */
function internalError({ hooks }: Machine, { command }: GcodeLine): void {
  hooks.onEmergencyStop(`Internal error on command:"${command}"`);
}

/** Klipper lists the folder itself, not the folders in it. */
function listFiles({ hooks }: Machine): void {
  hooks.onResponse("Begin file list");
  for (const { name, size } of hooks.listFiles()) hooks.onResponse(`${name} ${size}`);
  hooks.onResponse("End file list");
}

function pause(machine: Machine): void {
  if (machine.isPaused) {
    machine.hooks.onResponse("// Print already paused");
    return;
  }
  machine.hasPausedFile = machine.sdCard.active;
  machine.pauseFile();
  machine.isPaused = true;
}

function resume(machine: Machine): void {
  if (!machine.isPaused) {
    machine.hooks.onResponse("// Print is not paused, resume aborted");
    return;
  }
  machine.isPaused = false;
  machine.hasPausedFile = false;
  if (machine.sdCard.isLoaded && !machine.sdCard.active) machine.startFile();
}

function cancel(machine: Machine): void {
  if (machine.sdCard.isLoaded) machine.endFile("cancelled");
  else if (!machine.hasPausedFile) machine.hooks.onResponse("// action:cancel");
  machine.isPaused = false;
}

function respond(machine: Machine, line: GcodeLine): void {
  const prefixes: Record<string, string> = { command: "//", error: "!!", echo_no_space: "echo:" };
  const type = (line.params["TYPE"] ?? "echo").toLowerCase();
  const prefix = line.params["PREFIX"] ?? prefixes[type] ?? "echo:";
  const gap = type === "echo_no_space" ? "" : " ";
  machine.hooks.onResponse(`${prefix}${gap}${line.params["MSG"] ?? ""}`);
}

function statsInfo(machine: Machine, line: GcodeLine): void {
  const { stats } = machine;
  if (line.params["TOTAL_LAYER"] !== undefined) stats.totalLayer = numberOf(line, "TOTAL_LAYER", 0);
  if (line.params["CURRENT_LAYER"] !== undefined) {
    stats.currentLayer = numberOf(line, "CURRENT_LAYER", 0);
  }
}

function heaterNamed(machine: Machine, name: string | undefined): Heater {
  if (name === "extruder") return machine.extruder;
  if (name === "heater_bed") return machine.bed;
  throw new GcodeError(`The value '${name ?? ""}' is not valid for HEATER`);
}

function showProgress(machine: Machine, line: GcodeLine): void {
  if (line.params["P"] === undefined) return;
  // Klipper falls back to the file's own progress 5 s after the last M73.
  const value = Math.min(1, Math.max(0, numberOf(line, "P", 0) / 100));
  machine.displayProgress = { value, until: machine.time + 5 };
}

function factor(key: "speedFactor" | "extrudeFactor"): Command {
  return (machine, line) => {
    machine.motion[key] = numberOf(line, "S", 100) / 100;
  };
}

function coordinates(key: "absolute" | "absoluteExtrude", value: boolean): Command {
  return (machine) => {
    machine.motion[key] = value;
  };
}

function fan(machine: Machine, line: GcodeLine): void {
  const speed = line.command === "M107" ? 0 : numberOf(line, "S", 255) / 255;
  machine.fanSpeed = Math.min(1, Math.max(0, speed));
}

function resetFile(machine: Machine): void {
  machine.sdCard.reset();
  machine.stats.reset();
}

function turnOffHeaters(machine: Machine): void {
  heat(machine, machine.extruder, 0);
  heat(machine, machine.bed, 0);
}

function temperatureWait(machine: Machine, line: GcodeLine): Running {
  return waitForHeater(machine, heaterNamed(machine, line.params["SENSOR"]));
}

const nothing: Command = () => undefined;

/** Unknown to a Klipper without [virtual_sdcard]. */
const CARD_COMMANDS: ReadonlySet<string> = new Set([
  "M20",
  "SDCARD_PRINT_FILE",
  "SDCARD_RESET_FILE",
]);

const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ["G0", move],
  ["G1", move],
  ["G4", dwell],
  ["G28", (machine, line) => machine.queueMotion(machine.motion.home(line))],
  ["G90", coordinates("absolute", true)],
  ["G91", coordinates("absolute", false)],
  ["M82", coordinates("absoluteExtrude", true)],
  ["M83", coordinates("absoluteExtrude", false)],
  ["G92", (machine, line) => machine.motion.setOrigin(line)],
  ["M104", (machine, line) => heat(machine, machine.extruder, numberOf(line, "S", 0))],
  ["M109", (machine, line) => heatAndWait(machine, machine.extruder, numberOf(line, "S", 0))],
  ["M140", (machine, line) => heat(machine, machine.bed, numberOf(line, "S", 0))],
  ["M190", (machine, line) => heatAndWait(machine, machine.bed, numberOf(line, "S", 0))],
  ["M106", fan],
  ["M107", fan],
  ["M20", listFiles],
  ["M73", showProgress],
  ["M117", (machine, line) => void (machine.displayMessage = line.rest || null)],
  ["M118", (machine, line) => machine.hooks.onResponse(`echo: ${line.rest}`)],
  ["M220", factor("speedFactor")],
  ["M221", factor("extrudeFactor")],
  ["M400", waitForMoves],
  ["M112", (machine) => machine.hooks.onEmergencyStop("Shutdown due to M112 command")],
  ["RESTART", (machine) => machine.hooks.onRestart()],
  ["FIRMWARE_RESTART", (machine) => machine.hooks.onRestart()],
  ["SDCARD_PRINT_FILE", printFile],
  ["SDCARD_RESET_FILE", resetFile],
  ["PAUSE", pause],
  ["RESUME", resume],
  ["CLEAR_PAUSE", (machine) => void (machine.isPaused = false)],
  ["CANCEL_PRINT", cancel],
  ["RESPOND", respond],
  ["SET_PRINT_STATS_INFO", statsInfo],
  ["TURN_OFF_HEATERS", turnOffHeaters],
  ["TEMPERATURE_WAIT", temperatureWait],
  [
    "SET_HEATER_TEMPERATURE",
    (machine, line) =>
      heat(machine, heaterNamed(machine, line.params["HEATER"]), numberOf(line, "TARGET", 0)),
  ],
  // Stand-ins for the template actions of Klipper's macros.
  [
    "ACTION_CALL_REMOTE_METHOD",
    (machine, line) => machine.hooks.onRemoteMethod(line.params["METHOD"] ?? ""),
  ],
  [
    "ACTION_RAISE_ERROR",
    (_machine, line) => {
      throw new GcodeError(line.params["MSG"] ?? "");
    },
  ],
  // Known to Klipper, without an effect that anyone outside could see.
  ...["G21", "M18", "M84", "M204", "M205", "M900", "T0", "STATUS", "SET_VELOCITY_LIMIT"].map(
    (name): [string, Command] => [name, nothing],
  ),
  ...[
    "SET_PRESSURE_ADVANCE",
    "EXCLUDE_OBJECT_DEFINE",
    "EXCLUDE_OBJECT_START",
    "EXCLUDE_OBJECT_END",
  ].map((name): [string, Command] => [name, nothing]),
]);
