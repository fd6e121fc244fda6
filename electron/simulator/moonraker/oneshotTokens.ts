import { randomBytes } from "node:crypto";

/** Tokens that open one websocket or one request, once. */
export class OneshotTokens {
  readonly #tokens = new Set<string>();

  issue(): string {
    const token = randomBytes(16).toString("hex").toUpperCase();
    this.#tokens.add(token);
    return token;
  }

  /** True once for each token. */
  redeem(token: string): boolean {
    return this.#tokens.delete(token);
  }
}
