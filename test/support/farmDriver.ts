import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { FarmSnapshot, PrinterView } from "#shared/contract/farm.ts";
import type { PlatePolicy } from "#shared/domain/plate.ts";
import { ApiClient, uploadFile, waitFor } from "./apiClient.ts";

/** The four real sliced files of the fixtures. */
export const GCODE_FILES = [
  "cube20_0.2mm_PETG.gcode",
  "bracket_0.2mm_PETG.gcode",
  "hex-spacer_0.2mm_PETG.gcode",
  "vase_0.2mm_PETG.gcode",
] as const;
export type GcodeFile = (typeof GCODE_FILES)[number];

export function gcodeBytes(name: GcodeFile): Buffer {
  return readFileSync(new URL(`../fixtures/gcode/${name}`, import.meta.url));
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** What an operator or script does with a farm, in a test's words. */
export class FarmDriver {
  readonly client: ApiClient;
  readonly #base: string;

  private constructor(client: ApiClient, base: string) {
    this.client = client;
    this.#base = base;
  }

  static async connect(base: string): Promise<FarmDriver> {
    return new FarmDriver(await ApiClient.connect(base), base);
  }

  endpoint(printer: string): string {
    return `${this.#base}printers/${printer}/`;
  }

  async addPrinter(
    name: string,
    address: string,
    policy: PlatePolicy,
    kind: "moonraker" | "klipper" = "moonraker",
  ): Promise<string> {
    const added = await this.client.ask(PrinterView, "farm.printers.add", {
      name,
      link: { kind, address },
      options: { plate_policy: policy },
    });
    return added.id;
  }

  async upload(printer: string, name: string, bytes: Uint8Array | string): Promise<void> {
    const answer = await uploadFile(this.endpoint(printer), name, bytes);
    if (answer.status !== 201) throw new Error(`${name}: ${answer.status} ${await answer.text()}`);
  }

  async view(printer: string): Promise<PrinterView> {
    const { printers } = await this.client.ask(FarmSnapshot, "farm.snapshot", {});
    const found = printers.find(({ id }) => id === printer);
    if (found === undefined) throw new Error(`no printer ${printer}`);
    return found;
  }

  /** Waits until a printer's view fits, and returns it. */
  until(
    printer: string,
    what: string,
    fits: (view: PrinterView) => boolean,
    timeout?: number,
  ): Promise<PrinterView> {
    return waitFor(
      `${printer}: ${what}`,
      async () => {
        const view = await this.view(printer);
        return fits(view) && view;
      },
      timeout,
    );
  }

  /** A person looks at the plate and says that it is clear. */
  async clearPlate(printer: string): Promise<void> {
    const { plate } = await this.view(printer);
    await this.client.call("farm.plate.set", { printer, state: "clear", revision: plate.revision });
  }

  /**
   * Lets a queue run dry. Under `confirm` it plays the person: each time the plate asks, it first makes
   * sure that nothing starts by itself, then clears it.
   */
  async runDry(printer: string, policy: PlatePolicy, timeout = 60_000): Promise<void> {
    const isDry = (view: PrinterView): boolean =>
      view.queue.rows.length === 0 && view.current === null && view.activity === "idle";
    for (;;) {
      const view = await this.until(
        printer,
        "a question or the end",
        (seen) => isDry(seen) || (seen.current === null && seen.plate.state === "occupied"),
        timeout,
      );
      if (view.queue.rows.length === 0) return;
      if (policy === "self_clearing") continue;
      await this.clearPlate(printer);
    }
  }

  async close(): Promise<void> {
    await this.client.close();
  }
}
