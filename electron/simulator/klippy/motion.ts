import { GcodeError, numberOf, type GcodeLine } from "./gcodeLine.ts";

export interface MachineLimits {
  /** Millimetres per second. */
  readonly maxVelocity: number;
  /** Millimetres per second squared. */
  readonly maxAcceleration: number;
  readonly minimum: readonly [number, number, number];
  readonly maximum: readonly [number, number, number];
}

/**
 * Seconds a move takes. Corners are taken at half the wanted speed: between the full stop of every
 * corner, which is far too slow, and none at all.
 */
export function moveSeconds(distance: number, speed: number, acceleration: number): number {
  if (distance <= 0 || speed <= 0) return 0;
  const corner = speed / 2;
  const ramp = (speed * speed - corner * corner) / (2 * acceleration);
  if (2 * ramp <= distance)
    return (2 * (speed - corner)) / acceleration + (distance - 2 * ramp) / speed;
  const peak = Math.sqrt(acceleration * distance + corner * corner);
  return (2 * (peak - corner)) / acceleration;
}

type Axes = [number, number, number, number];

/** Where the head was told to be, and how g-code coordinates are read. */
export class Motion {
  readonly #limits: MachineLimits;
  position: Axes = [0, 0, 0, 0];
  homed = "";
  absolute = true;
  absoluteExtrude = true;
  /** Millimetres per second. */
  speed = 25;
  speedFactor = 1;
  extrudeFactor = 1;
  #base: Axes = [0, 0, 0, 0];

  constructor(limits: MachineLimits) {
    this.#limits = limits;
  }

  /** Carries out G0/G1; returns its seconds. Throws as Klipper does outside the limits or unhomed. */
  move(line: GcodeLine): number {
    const feed = numberOf(line, "F", 0);
    if (feed > 0) this.speed = feed / 60;
    const target: Axes = [...this.position];
    for (const [axis, key] of ["X", "Y", "Z"].entries()) {
      if (line.params[key] === undefined) continue;
      const value = numberOf(line, key, 0);
      target[axis] = this.absolute ? value + at(this.#base, axis) : at(this.position, axis) + value;
    }
    if (line.params["E"] !== undefined) {
      const value = numberOf(line, "E", 0) * this.extrudeFactor;
      const relative = !this.absolute || !this.absoluteExtrude;
      target[3] = relative ? this.position[3] + value : value + this.#base[3];
    }
    const delta = target.map((value, axis) => value - at(this.position, axis));
    const distance = Math.hypot(delta[0] ?? 0, delta[1] ?? 0, delta[2] ?? 0);
    if (distance > 0) this.#check(target);
    this.position = target;
    const length = distance > 0 ? distance : Math.abs(delta[3] ?? 0);
    const speed = Math.min(this.speed * this.speedFactor, this.#limits.maxVelocity);
    return moveSeconds(length, speed, this.#limits.maxAcceleration);
  }

  /** G28: seconds it takes. */
  home(line: GcodeLine): number {
    const named = ["X", "Y", "Z"].filter((key) => line.params[key] !== undefined);
    const axes = named.length === 0 ? ["X", "Y", "Z"] : named;
    for (const key of axes) this.position["XYZ".indexOf(key)] = 0;
    this.homed = ["x", "y", "z"]
      .filter((axis) => this.homed.includes(axis) || axes.includes(axis.toUpperCase()))
      .join("");
    return 4 * axes.length;
  }

  /** G92: the present position gets other numbers. */
  setOrigin(line: GcodeLine): void {
    const none = Object.keys(line.params).length === 0;
    for (const [axis, key] of ["X", "Y", "Z", "E"].entries()) {
      if (!none && line.params[key] === undefined) continue;
      this.#base[axis] = at(this.position, axis) - numberOf(line, key, 0);
    }
  }

  /** The position in the file's own coordinates. */
  gcodePosition(): Axes {
    const [x, y, z, e] = this.position;
    return [x - this.#base[0], y - this.#base[1], z - this.#base[2], e - this.#base[3]];
  }

  #check(target: Axes): void {
    const where = `${target
      .slice(0, 3)
      .map((value) => value.toFixed(3))
      .join(" ")} [${target[3].toFixed(3)}]`;
    if (this.homed !== "xyz") throw new GcodeError(`Must home axis first: ${where}`);
    for (let axis = 0; axis < 3; axis++) {
      const value = at(target, axis);
      if (value < (this.#limits.minimum[axis] ?? 0) || value > (this.#limits.maximum[axis] ?? 0)) {
        throw new GcodeError(`Move out of range: ${where}`);
      }
    }
  }
}

function at(axes: readonly number[], axis: number): number {
  return axes[axis] ?? 0;
}
