export type PrintState = "standby" | "printing" | "paused" | "complete" | "cancelled" | "error";

/** Klipper's print_stats: what is printed, how far and for how long. Times are Klipper seconds. */
export class PrintStats {
  state: PrintState = "standby";
  filename = "";
  message = "";
  filamentUsed = 0;
  currentLayer: number | null = null;
  totalLayer: number | null = null;
  #startedAt: number | null = null;
  #pausedAt: number | null = null;
  #paused = 0;
  #init = 0;
  #total = 0;
  #lastExtruder = 0;

  reset(): void {
    Object.assign(this, { state: "standby", filename: "", message: "", filamentUsed: 0 });
    this.currentLayer = this.totalLayer = null;
    this.#startedAt = this.#pausedAt = null;
    this.#paused = this.#init = this.#total = 0;
  }

  setFile(filename: string): void {
    this.reset();
    this.filename = filename;
  }

  start(time: number, extruder: number): void {
    if (this.#startedAt === null) this.#startedAt = time;
    else if (this.#pausedAt !== null) this.#paused += time - this.#pausedAt;
    this.#pausedAt = null;
    this.#lastExtruder = extruder;
    this.state = "printing";
    this.message = "";
  }

  pause(time: number, extruder: number): void {
    this.update(time, extruder);
    this.#pausedAt = time;
    this.state = "paused";
  }

  finish(
    state: "complete" | "cancelled" | "error",
    time: number,
    extruder: number,
    text = "",
  ): void {
    this.update(time, extruder);
    this.state = state;
    this.message = text;
    this.#startedAt = null;
  }

  /** Brings durations and filament to `time`; print_duration begins with the first extrusion. */
  update(time: number, extruder: number): void {
    if (this.#startedAt === null) return;
    this.#total = time - this.#startedAt;
    if (this.state !== "printing") return;
    this.filamentUsed += extruder - this.#lastExtruder;
    this.#lastExtruder = extruder;
    if (this.filamentUsed <= 0) this.#init = this.#total - this.#paused;
  }

  status(): Record<string, unknown> {
    const pausing = this.#pausedAt !== null && this.#startedAt !== null;
    const pausedNow = pausing ? this.#total - ((this.#pausedAt ?? 0) - (this.#startedAt ?? 0)) : 0;
    return {
      filename: this.filename,
      total_duration: this.#total,
      print_duration: Math.max(0, this.#total - this.#init - this.#paused - pausedNow),
      filament_used: this.filamentUsed,
      state: this.state,
      message: this.message,
      info: { total_layer: this.totalLayer, current_layer: this.currentLayer },
    };
  }
}
