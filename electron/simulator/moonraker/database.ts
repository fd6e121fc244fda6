import { ServerError } from "./serverError.ts";

type Space = Map<string, unknown>;

/** Moonraker's key/value database: namespaces of keys; dots in a key lead into objects. */
export class Database {
  readonly #spaces = new Map<string, Space>();

  namespaces(): readonly string[] {
    return [...this.#spaces.keys()];
  }

  /** The whole namespace without a key. Throws 404 where there is nothing. */
  get(namespace: string, key: string | null): unknown {
    const space = this.#spaces.get(namespace);
    if (space === undefined) throw new ServerError(404, `Namespace '${namespace}' not found`);
    if (key === null) return Object.fromEntries(space);
    const value = space.get(key);
    if (value !== undefined) return value;
    throw new ServerError(404, `Key '${key}' in namespace '${namespace}' not found`);
  }

  set(namespace: string, key: string, value: unknown): void {
    const space: Space = this.#spaces.get(namespace) ?? new Map<string, unknown>();
    this.#spaces.set(namespace, space.set(key, value));
  }

  /** Returns what was there. */
  delete(namespace: string, key: string): unknown {
    const value = this.get(namespace, key);
    this.#spaces.get(namespace)?.delete(key);
    return value;
  }
}
