import { PrinterId } from "#shared/domain/ids.ts";
import { AppError } from "#shared/rpc/errors.ts";
import { Emitter } from "#shared/util/event.ts";
import { Sequencer } from "#shared/util/sequencer.ts";
import * as z from "zod";
import type { SettingsStore } from "../store/settingsStore.ts";

const REACH_SETTING = "reach";

const PrinterPort = z.object({
  printer: PrinterId,
  endpoint: z.enum(["printer", "queue"]),
  port: z.int().min(1).max(65_535),
});
export type PrinterPort = z.output<typeof PrinterPort>;

const Stored = z.object({
  origins: z.array(z.string()).catch([]).default([]),
  announce: z.boolean().catch(false).default(false),
  ports: z.array(PrinterPort).catch([]).default([]),
});
export type Reach = z.output<typeof Stored>;

/** How other programs and computers get to us, as it is stored. */
export class ReachSettings {
  readonly #settings: SettingsStore;
  readonly #edits = new Sequencer();
  readonly #onDidChange = new Emitter<Reach>();
  readonly onDidChange = this.#onDidChange.event;

  constructor(settings: SettingsStore) {
    this.#settings = settings;
  }

  get(): Reach {
    const stored = Stored.safeParse(this.#settings.get(REACH_SETTING) ?? {});
    return stored.success ? stored.data : Stored.parse({});
  }

  /** Resolves when it is stored; `edit` sees what is stored by then. */
  change(edit: (present: Reach) => Reach): Promise<void> {
    return this.#edits.run(async () => {
      const next = edit(this.get());
      await this.#settings.set(REACH_SETTING, next);
      this.#onDidChange.fire(next);
    });
  }
}

/** An origin as browsers send it. Throws `bad_request` for what none would send. */
export function originOf(text: string): string {
  const given = text.trim().replace(/\/+$/, "");
  if (URL.canParse(given)) {
    const { origin, protocol } = new URL(given);
    const isWeb = protocol === "http:" || protocol === "https:";
    if (isWeb && origin === given.toLowerCase()) return origin;
  }
  throw new AppError(
    "bad_request",
    `"${text}" is no origin: write it like http://mainsail.local or https://192.168.1.5:8080, without a path.`,
  );
}
