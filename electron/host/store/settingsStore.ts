/** Small settings of the host by key, as JSON. What comes back is `unknown`: parse it. */
export interface SettingsStore {
  get(key: string): unknown;
  /** `undefined` removes the key. */
  set(key: string, value: unknown): Promise<void>;
}
