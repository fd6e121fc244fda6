import { messageOf } from "#shared/rpc/errors.ts";
import type { SimulatorProcess } from "../simulatorProcess.ts";
import type { Dice } from "./dice.ts";

type Call = readonly [name: string, ...args: unknown[]];

interface Fault {
  readonly weight: number;
  readonly strike: (dice: Dice) => Call;
  /** What ends it, and after how many seconds; absent = it passes by itself. */
  readonly heal?: Call;
  readonly lasts?: readonly [least: number, most: number];
}

const minute = 60;

/** What goes wrong with a machine. Times are seconds of the simulated day. */
const FAULTS: readonly Fault[] = [
  { weight: 4, strike: () => ["dropLink"] },
  { weight: 3, strike: (dice) => ["stallLink", dice.between(2, 120) * 1_000] },
  {
    weight: 2,
    strike: () => ["refuseConnections", true],
    heal: ["refuseConnections", false],
    lasts: [minute, 15 * minute],
  },
  {
    weight: 1,
    strike: () => ["silentAccept", true],
    heal: ["silentAccept", false],
    lasts: [minute, 10 * minute],
  },
  { weight: 2, strike: (dice) => ["refuseStart", "Must home axis first", dice.between(1, 2)] },
  { weight: 2, strike: (dice) => ["ignoreStart", dice.between(1, 2)] },
  {
    weight: 2,
    strike: (dice) => ["startLate", dice.between(1, 90) * 1_000],
    heal: ["startLate", null],
    lasts: [10 * minute, 60 * minute],
  },
  { weight: 1, strike: () => ["startTwice", 1] },
  { weight: 2, strike: () => ["ackLost", 1] },
  { weight: 2, strike: () => ["uploadKeepsOtherBytes", 1] },
  { weight: 2, strike: (dice) => ["uploadFails", 500, dice.between(1, 3)] },
  {
    weight: 1,
    strike: () => ["uploadSlow", 2_000],
    heal: ["uploadSlow", null],
    lasts: [5 * minute, 30 * minute],
  },
  {
    weight: 1,
    strike: () => ["diskFull", true],
    heal: ["diskFull", false],
    lasts: [5 * minute, 30 * minute],
  },
  { weight: 4, strike: (dice) => ["failMidPrint", "Extrude below minimum temp", dice.next()] },
  {
    weight: 3,
    strike: () => ["shutdown"],
    heal: ["klippyRestart"],
    lasts: [2 * minute, 40 * minute],
  },
  { weight: 3, strike: () => ["klippyRestart"] },
  {
    weight: 2,
    strike: () => ["klippyDisconnect"],
    heal: ["klippyConnect"],
    lasts: [minute, 60 * minute],
  },
  { weight: 3, strike: () => ["moonrakerRestart"] },
  { weight: 2, strike: () => ["hostOff"], heal: ["hostOn"], lasts: [2 * minute, 90 * minute] },
  {
    weight: 1,
    strike: () => ["duplicateFrames", true],
    heal: ["duplicateFrames", false],
    lasts: [5 * minute, 60 * minute],
  },
  {
    weight: 1,
    strike: () => ["reorderFrames", true],
    heal: ["reorderFrames", false],
    lasts: [5 * minute, 60 * minute],
  },
  {
    weight: 1,
    strike: (dice) => ["slowAnswers", dice.between(200, 4_000)],
    heal: ["slowAnswers", 0],
    lasts: [5 * minute, 30 * minute],
  },
];

/** Strikes machines at random and heals them again; a machine has one lasting fault at a time. */
export class SoakFaults {
  readonly struck = new Map<string, number>();
  readonly #simulators: SimulatorProcess;
  readonly #dice: Dice;
  /** Machine to what ends its fault, and when (seconds of the simulated day). */
  readonly #healing = new Map<string, { readonly call: Call; readonly at: number }>();

  constructor(simulators: SimulatorProcess, dice: Dice) {
    this.#simulators = simulators;
    this.#dice = dice;
  }

  /** Machines that something lasting is wrong with. */
  get ill(): ReadonlySet<string> {
    return new Set(this.#healing.keys());
  }

  async strike(machine: string, now: number): Promise<void> {
    if (this.#healing.has(machine)) return;
    const fault = this.#dice.weighted(FAULTS);
    const call = fault.strike(this.#dice);
    const [name] = call;
    this.struck.set(name, (this.struck.get(name) ?? 0) + 1);
    if (fault.heal !== undefined) {
      const [least, most] = fault.lasts ?? [0, 0];
      this.#healing.set(machine, { call: fault.heal, at: now + this.#dice.between(least, most) });
    }
    await this.#call(machine, call);
  }

  /**
   * Ends what is due by now; Infinity = everything. What cannot be ended yet, as while another program holds
   * the machine's port, stays for the next round.
   */
  async heal(now: number): Promise<void> {
    const due = [...this.#healing].filter(([, { at }]) => at <= now);
    for (const [machine, { call }] of due) {
      const isHealed = await this.#call(machine, call).then(
        () => true,
        (error: unknown) => {
          if (!messageOf(error).includes("EADDRINUSE")) throw error;
          return false;
        },
      );
      if (isHealed) this.#healing.delete(machine);
    }
  }

  async #call(machine: string, [name, ...args]: Call): Promise<void> {
    await this.#simulators.fault(machine, name, ...args).catch((error: unknown) => {
      throw new Error(`${name} at ${machine}: ${messageOf(error)}`);
    });
  }
}
