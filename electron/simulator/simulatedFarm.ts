import type { Clock } from "#shared/util/clock.ts";
import { drop } from "#shared/util/drop.ts";
import { demoGcode } from "./demoGcode.ts";
import { SimulatedPrinter } from "./simulatedPrinter.ts";
import { Ticker } from "./ticker.ts";

/** How a printer of the demo is found when it is first looked at. */
type Situation = "idle" | "printing" | "finished" | "paused" | "klippy_off" | "shutdown";

interface Character {
  readonly name: string;
  readonly model: string;
  readonly size: readonly [number, number, number];
  readonly situation: Situation;
}

/** The first ones can be used at once; the others show what a farm looks like on a real morning. */
const CHARACTERS: readonly Character[] = [
  { name: "Ada", model: "Voron 2.4", size: [350, 350, 340], situation: "idle" },
  { name: "Bruno", model: "Prusa MK3S", size: [250, 210, 210], situation: "idle" },
  { name: "Cleo", model: "Ender 3 V2", size: [235, 235, 250], situation: "printing" },
  { name: "Dora", model: "Voron 0.2", size: [120, 120, 120], situation: "finished" },
  { name: "Emil", model: "RatRig V-Core 3", size: [300, 300, 300], situation: "idle" },
  { name: "Frida", model: "Sovol SV08", size: [350, 350, 345], situation: "klippy_off" },
  { name: "Gus", model: "Ender 5 Plus", size: [350, 350, 400], situation: "paused" },
  { name: "Hana", model: "Prusa MK4", size: [250, 210, 220], situation: "shutdown" },
];

const FILE = "demo_tower.gcode";
const STATUS_INTERVAL = 250;

/** The simulated printers of the demo, in this process, switched on when first asked for. */
export class SimulatedFarm {
  readonly #speed: number;
  readonly #clock: Clock;
  readonly #ticker: Ticker;
  readonly #printers = new Map<number, SimulatedPrinter>();
  readonly #starting = new Map<number, Promise<string>>();

  constructor(options: { readonly speed: number; readonly clock: Clock }) {
    this.#speed = options.speed;
    this.#clock = options.clock;
    this.#ticker = new Ticker(options.clock, STATUS_INTERVAL);
  }

  /** The url of the printer at this seat (0, 1, ...); it is started on the first call. */
  addressOf(seat: number): Promise<string> {
    const known = this.#starting.get(seat);
    if (known !== undefined) return known;
    const started = this.#start(seat);
    this.#starting.set(seat, started);
    return started;
  }

  /** The printer at this seat, on or not. */
  printer(seat: number): SimulatedPrinter {
    const known = this.#printers.get(seat);
    if (known !== undefined) return known;
    const { situation, size } = characterAt(seat);
    const printer = new SimulatedPrinter({
      name: this.nameOf(seat),
      seed: seat + 1,
      speed: this.#speed,
      clock: this.#clock,
      ticker: this.#ticker,
      size,
      klippyOff: situation === "klippy_off",
      gcodes: { [FILE]: demoGcode({ layers: 40 + 10 * (seat % 5), side: 40, material: "PLA" }) },
    });
    this.#printers.set(seat, printer);
    return printer;
  }

  /** A friendly name; from the second round on with a number. */
  nameOf(seat: number): string {
    const round = Math.floor(seat / CHARACTERS.length);
    return round === 0 ? characterAt(seat).name : `${characterAt(seat).name} ${round + 1}`;
  }

  modelOf(seat: number): string {
    return characterAt(seat).model;
  }

  async stop(): Promise<void> {
    await Promise.allSettled(this.#starting.values());
    for (const printer of this.#printers.values()) await printer.stop();
    this.#printers.clear();
    this.#starting.clear();
  }

  async #start(seat: number): Promise<string> {
    const printer = this.printer(seat);
    const { url } = await printer.start();
    this.#arrange(printer, characterAt(seat).situation);
    return url;
  }

  /** Brings a printer that is on into its situation. */
  #arrange(printer: SimulatedPrinter, situation: Situation): void {
    const run = (script: string): void => drop(printer.klippy.runScript(script), () => undefined);
    switch (situation) {
      case "printing":
        return run(`SDCARD_PRINT_FILE FILENAME=${FILE}`);
      case "paused":
        run(`SDCARD_PRINT_FILE FILENAME=${FILE}`);
        return run("PAUSE");
      case "finished":
        printer.files.put(
          "demo_tag.gcode",
          Buffer.from("G28\nM117 done\n"),
          this.#clock.now() / 1000,
        );
        return run("SDCARD_PRINT_FILE FILENAME=demo_tag.gcode");
      case "shutdown":
        return printer.faults.shutdown();
      case "idle":
      case "klippy_off":
        return undefined;
    }
  }
}

function characterAt(seat: number): Character {
  const character = CHARACTERS[seat % CHARACTERS.length];
  if (character === undefined) throw new Error(`There is no seat ${seat}`);
  return character;
}
