import { readFileSync, rmSync, writeFileSync } from "node:fs";
import type { SafeStorage } from "electron";

type Vault = Pick<SafeStorage, "isEncryptionAvailable" | "encryptString" | "decryptString"> & {
  /** Linux only. */
  getSelectedStorageBackend?: () => string;
};

/**
 * The API key of a remote host. It is written only as the system's own keyring encrypted it; where there
 * is none, it is kept in memory and asked for again at the next start.
 */
export class RemoteKey {
  readonly #vault: Vault;
  readonly #file: string;
  #key: string | null = null;

  /** `vault` must be asked after Electron's `ready`. */
  constructor(vault: Vault, file: string) {
    this.#vault = vault;
    this.#file = file;
  }

  /** `basic_text` is a keyring in name only: its password is in Chromium's source. */
  get canKeep(): boolean {
    return (
      this.#vault.isEncryptionAvailable() &&
      this.#vault.getSelectedStorageBackend?.() !== "basic_text"
    );
  }

  get value(): string | null {
    return this.#key;
  }

  /** A key that cannot be decrypted (another user, another keyring) is as good as none. */
  load(): void {
    if (!this.canKeep) return;
    try {
      this.#key = this.#vault.decryptString(readFileSync(this.#file));
    } catch {
      this.#key = null;
    }
  }

  set(key: string | null): void {
    this.#key = key;
    if (key === null || !this.canKeep) rmSync(this.#file, { force: true });
    else writeFileSync(this.#file, this.#vault.encryptString(key), { mode: 0o600 });
  }
}
