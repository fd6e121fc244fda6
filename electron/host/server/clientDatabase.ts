import { isRecord } from "#shared/util/foreignFields.ts";
import { AppError } from "#shared/rpc/errors.ts";
import { Sequencer } from "#shared/util/sequencer.ts";
import * as z from "zod";
import type { SettingsStore } from "../store/settingsStore.ts";

/** Characters of JSON one endpoint's clients may keep. */
const MOST = 4 * 1024 * 1024;
/** Steps of a key. */
const DEEPEST = 32;

const Namespaces = z.record(z.string(), z.record(z.string(), z.unknown()));
type Members = Readonly<Record<string, unknown>>;
type Namespaces = z.output<typeof Namespaces>;

/** A key as its steps. */
export type KeyPath = readonly string[];

/**
 * What clients store at an endpoint, by namespace and key, durable before it is answered. Front ends keep
 * their settings here the moment they come up, so it must work whether the printer is on or off.
 */
export class ClientDatabase {
  readonly #settings: SettingsStore;
  readonly #writes = new Sequencer();

  constructor(settings: SettingsStore) {
    this.#settings = settings;
  }

  namespaces(owner: string): string[] {
    return Object.keys(this.#read(owner)).toSorted();
  }

  /** A value, or all of a namespace. Throws `not_found` in Moonraker's words. */
  get(owner: string, namespace: string, key: KeyPath | null): unknown {
    const members = this.#read(owner)[namespace];
    if (members === undefined) {
      throw new AppError("not_found", `Namespace '${namespace}' not found`);
    }
    return key === null ? members : valueAt(members, namespace, key);
  }

  /** Rejects with `too_large` when this endpoint's clients keep too much. */
  put(owner: string, namespace: string, key: KeyPath, value: unknown): Promise<void> {
    checkNames(namespace, key);
    return this.#change(owner, (all) => ({
      ...all,
      [namespace]: withValue(all[namespace] ?? {}, key, value),
    }));
  }

  /** Resolves to what the value was; an empty namespace goes with its last value. */
  async delete(owner: string, namespace: string, key: KeyPath): Promise<unknown> {
    let removed: unknown;
    await this.#change(owner, (all) => {
      const { [namespace]: members, ...others } = all;
      if (members === undefined) {
        throw new AppError("not_found", `Namespace '${namespace}' not found`);
      }
      removed = valueAt(members, namespace, key);
      const left = withoutValue(members, key);
      return Object.keys(left).length === 0 ? others : { ...others, [namespace]: left };
    });
    return removed;
  }

  #read(owner: string): Namespaces {
    return Namespaces.safeParse(this.#settings.get(settingOf(owner))).data ?? {};
  }

  /** One change after another: each starts from what the last one left. */
  #change(owner: string, change: (all: Namespaces) => Namespaces): Promise<void> {
    return this.#writes.run(async () => {
      const changed = change(this.#read(owner));
      if (JSON.stringify(changed).length > MOST) {
        throw new AppError("too_large", `Clients may keep ${MOST} characters of settings here`);
      }
      await this.#settings.set(settingOf(owner), changed);
    });
  }
}

function settingOf(owner: string): string {
  return `client_database/${owner}`;
}

function valueAt(members: Members, namespace: string, key: KeyPath): unknown {
  let value: unknown = members;
  for (const step of key) {
    if (!isRecord(value) || !Object.hasOwn(value, step)) {
      throw new AppError(
        "not_found",
        `Key '${key.join(".")}' in namespace '${namespace}' not found`,
      );
    }
    value = value[step];
  }
  return value;
}

function withValue(members: Members, key: KeyPath, value: unknown): Record<string, unknown> {
  const [step = "", ...deeper] = key;
  if (deeper.length === 0) return { ...members, [step]: value };
  const inner = Object.hasOwn(members, step) ? members[step] : undefined;
  return { ...members, [step]: withValue(isRecord(inner) ? inner : {}, deeper, value) };
}

function withoutValue(members: Members, key: KeyPath): Record<string, unknown> {
  const [step = "", ...deeper] = key;
  const { [step]: inner, ...others } = members;
  if (deeper.length === 0 || !isRecord(inner)) return others;
  return { ...others, [step]: withoutValue(inner, deeper) };
}

/** `__proto__` would be no member but the object's kind. */
function checkNames(namespace: string, key: KeyPath): void {
  const names = [namespace, ...key];
  if (key.length > DEEPEST || names.some((name) => name === "" || name === "__proto__")) {
    throw new AppError("bad_request", "This namespace or key is empty, too deep or not allowed");
  }
}
