const AMBIENT = 24;

export interface HeaterModel {
  /** Degrees per second at full power. */
  readonly heatRate: number;
  /** Seconds in which the distance to room temperature falls to a third. */
  readonly coolTime: number;
}

/** A heater over time: a straight climb, a little noise at the target, an exponential way down. */
export class Heater {
  readonly #model: HeaterModel;
  readonly #random: () => number;
  #temperature: number;
  #noise = 0;
  #updatedAt = 0;
  target = 0;

  constructor(model: HeaterModel, random: () => number) {
    this.#model = model;
    this.#random = random;
    this.#temperature = AMBIENT + random();
  }

  /** Brings the temperature to `time`, in machine seconds. */
  advance(time: number): void {
    const seconds = Math.max(0, time - this.#updatedAt);
    this.#updatedAt = time;
    if (this.target > this.#temperature) {
      const climbed = this.#temperature + seconds * this.#model.heatRate;
      this.#temperature = Math.min(this.target, climbed);
    } else {
      const floor = Math.max(AMBIENT, this.target);
      const rest = (this.#temperature - floor) * Math.exp(-seconds / this.#model.coolTime);
      this.#temperature = floor + rest;
    }
    if (seconds > 0) this.#noise = (this.#random() - 0.5) * 0.3;
  }

  /** Machine seconds until a wait for the target ends; 0 when it is reached or off. */
  secondsToTarget(): number {
    if (this.target <= this.#temperature + 0.5) return 0;
    return (this.target - 0.5 - this.#temperature) / this.#model.heatRate;
  }

  status(): { temperature: number; target: number; power: number } {
    const heating = this.target > this.#temperature + 0.5;
    const holding = this.target > AMBIENT ? Math.min(0.9, (this.target - AMBIENT) / 500) : 0;
    return {
      temperature: Math.round((this.#temperature + this.#noise) * 100) / 100,
      target: this.target,
      power: heating ? 1 : Math.round(holding * 1000) / 1000,
    };
  }
}
