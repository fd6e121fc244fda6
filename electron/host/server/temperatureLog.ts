import type { PrinterObjects } from "#shared/util/mergeStatus.ts";

/** Samples kept: 20 minutes of one a second. */
const LENGTH = 1200;

/** Field of an object -> its name in Moonraker's store. */
const FIELDS = {
  temperature: "temperatures",
  target: "targets",
  power: "powers",
  speed: "speeds",
} as const;
type Field = keyof typeof FIELDS;

/** Oldest first, the present last; null where nothing was known. */
export type TemperatureSeries = {
  temperatures: (number | null)[];
  targets?: (number | null)[];
  powers?: (number | null)[];
  speeds?: (number | null)[];
};

/** The same as a file gives it back. */
type StoredSeries = {
  readonly [Name in keyof TemperatureSeries]: TemperatureSeries[Name] | undefined;
};

/** The last values of every sensor of one printer. 4 bytes each: a farm has a thousand sensors. */
export class TemperatureLog {
  readonly #sensors = new Map<string, Map<Field, Float32Array>>();
  /** Samples since each sensor was last heard of. */
  readonly #silent = new Map<string, number>();
  #next = 0;

  /** Takes the values of this moment; sensors that are not among them are unknown now. */
  add(objects: PrinterObjects): void {
    for (const [name, fields] of Object.entries(objects)) {
      const sensor = this.#sensors.get(name) ?? new Map<Field, Float32Array>();
      this.#sensors.set(name, sensor);
      this.#silent.set(name, -1);
      for (const field of fieldsOf(fields)) {
        if (!sensor.has(field)) sensor.set(field, new Float32Array(LENGTH).fill(Number.NaN));
      }
    }
    const at = this.#next % LENGTH;
    for (const [name, sensor] of this.#sensors) {
      for (const [field, samples] of sensor) {
        const value = objects[name]?.[field];
        samples[at] = typeof value === "number" ? value : Number.NaN;
      }
      const silent = (this.#silent.get(name) ?? 0) + 1;
      this.#silent.set(name, silent);
      if (silent >= LENGTH) this.#forget(name);
    }
    this.#next++;
  }

  /** Takes back what `series` gave, of a time that ended so many seconds ago; before anything is added. */
  restore(series: Readonly<Record<string, StoredSeries>>, silentFor: number): void {
    const length = Math.max(
      0,
      ...Object.values(series).map(({ temperatures }) => temperatures?.length ?? 0),
    );
    if (this.#next > 0 || silentFor >= LENGTH) return;
    for (let n = Math.max(0, length - LENGTH); n < length; n++) {
      const objects = Object.entries(series).map(([name, samples]) => [
        name,
        momentOf(samples, n, length),
      ]);
      this.add(Object.fromEntries(objects));
    }
    for (let n = 0; n < silentFor; n++) this.add({});
  }

  series(): Record<string, TemperatureSeries> {
    const from = Math.max(0, this.#next - LENGTH);
    return Object.fromEntries(
      [...this.#sensors].map(([name, sensor]) => {
        const series: TemperatureSeries = { temperatures: [] };
        for (const [field, samples] of sensor) {
          series[FIELDS[field]] = Array.from({ length: this.#next - from }, (_, n) =>
            rounded(samples[(from + n) % LENGTH]),
          );
        }
        return [name, series];
      }),
    );
  }

  #forget(name: string): void {
    this.#sensors.delete(name);
    this.#silent.delete(name);
  }
}

function fieldsOf(fields: Readonly<Record<string, unknown>>): Field[] {
  return (["temperature", "target", "power", "speed"] as const).filter(
    (field) => typeof fields[field] === "number",
  );
}

function rounded(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : Math.round(value * 100) / 100;
}

/** What a sensor showed at a moment; series end together, so a younger one is shorter at its start. */
function momentOf(samples: StoredSeries, at: number, length: number): Record<string, number> {
  return Object.fromEntries(
    (["temperature", "target", "power", "speed"] as const).flatMap((field) => {
      const values = samples[FIELDS[field]] ?? [];
      const value = values[at - (length - values.length)];
      return typeof value === "number" ? [[field, value]] : [];
    }),
  );
}
