import { randomBytes } from "node:crypto";
import type { Clock } from "#shared/util/clock.ts";
import type { Bearer } from "./bearer.ts";

/** Milliseconds a token may wait for its one use. */
const LIFETIME = 5000;
/** Bound of memory: nobody needs more within five seconds. */
const MOST = 1000;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

interface Token {
  readonly address: string;
  /** Of whoever asked for it. */
  readonly bearer: Bearer;
  /** Monotonic milliseconds. */
  readonly until: number;
}

/**
 * Tokens that open one request, for clients that cannot set headers on a websocket: short-lived, used
 * once, and only from the address they were given to.
 */
export class OneShotTokens {
  readonly #clock: Clock;
  readonly #tokens = new Map<string, Token>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  issue(address: string, bearer: Bearer): string {
    const now = this.#clock.monotonic();
    for (const [token, { until }] of this.#tokens) {
      if (until <= now || this.#tokens.size >= MOST) this.#tokens.delete(token);
    }
    const token = [...randomBytes(32)].map((byte) => ALPHABET[byte % ALPHABET.length]).join("");
    this.#tokens.set(token, { address, bearer, until: now + LIFETIME });
    return token;
  }

  /** As whom its user is known, undefined when it is not good; it is used up by asking. */
  redeem(token: string, address: string): Bearer | undefined {
    const known = this.#tokens.get(token);
    this.#tokens.delete(token);
    const isGood = known?.address === address && known.until > this.#clock.monotonic();
    return isGood ? known.bearer : undefined;
  }
}
