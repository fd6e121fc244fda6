import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { Scope } from "#shared/contract/method.ts";
import { AppError } from "#shared/rpc/errors.ts";
import type { Clock } from "#shared/util/clock.ts";
import { Sequencer } from "#shared/util/sequencer.ts";
import * as z from "zod";
import type { SettingsStore } from "../store/settingsStore.ts";
import type { Bearer } from "./bearer.ts";

/** Settings key of the list. The keys themselves are stored nowhere. */
export const API_KEYS_SETTING = "api_keys";
const MOST_KEYS = 100;
/** So that a key found in a log or a script can be told for what it is. */
const PREFIX = "np_";

const StoredKey = z.object({
  id: z.string(),
  name: z.string(),
  /** Keys made before there were scopes may do everything, as they always could. */
  scope: Scope.default("admin"),
  /** SHA-256 of the key, hex. A fast hash will do: the key is 192 random bits, not a password. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  ending: z.string(),
  /** Wall milliseconds. */
  created: z.number(),
});
export type StoredKey = z.output<typeof StoredKey>;

/** The keys by which other computers are let in, kept as hashes. */
export class ApiKeys {
  readonly #settings: SettingsStore;
  readonly #clock: Clock;
  readonly #edits = new Sequencer();

  constructor(settings: SettingsStore, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  /** Oldest first. Entries that do not parse open nothing and are left out. */
  list(): readonly StoredKey[] {
    const stored = z.array(z.unknown()).safeParse(this.#settings.get(API_KEYS_SETTING));
    if (!stored.success) return [];
    return stored.data.flatMap((entry) => {
      const parsed = StoredKey.safeParse(entry);
      return parsed.success ? [parsed.data] : [];
    });
  }

  /** As whom the bearer of a key is known; undefined for what is no key. */
  bearerOf(key: string): Bearer | undefined {
    const given = hashOf(key);
    // Every hash is compared, so that the time taken tells nothing of which one came near.
    return this.list().reduce<Bearer | undefined>(
      (found, { sha256, id, name, scope }) =>
        sameHash(given, sha256) ? { kind: "key", id, name, scope } : found,
      undefined,
    );
  }

  /** Makes a key and keeps its hash; this is the only time the key itself is told. */
  create(
    name: string,
    scope: Scope,
  ): Promise<{ readonly key: string; readonly stored: StoredKey }> {
    return this.#edits.run(async () => {
      const keys = this.list();
      if (keys.length >= MOST_KEYS) {
        throw new AppError("bad_request", `There are ${MOST_KEYS} keys already: revoke one first.`);
      }
      const key = PREFIX + randomBytes(24).toString("base64url");
      const stored: StoredKey = {
        id: randomBytes(8).toString("hex"),
        name,
        scope,
        sha256: hashOf(key),
        ending: key.slice(-4),
        created: this.#clock.now(),
      };
      await this.#settings.set(API_KEYS_SETTING, [...keys, stored]);
      return { key, stored };
    });
  }

  /** Rejects with `not_found`. */
  revoke(id: string): Promise<void> {
    return this.#edits.run(async () => {
      const keys = this.list();
      const left = keys.filter((key) => key.id !== id);
      if (left.length === keys.length) {
        throw new AppError("not_found", "There is no such key; it may have been revoked already.");
      }
      await this.#settings.set(API_KEYS_SETTING, left);
    });
  }
}

function hashOf(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

function sameHash(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
