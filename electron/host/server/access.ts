import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import type { Scope } from "#shared/contract/method.ts";
import { AppError } from "#shared/rpc/errors.ts";
import type { ApiKeys } from "./apiKeys.ts";
import type { FailureLimit } from "./failureLimit.ts";
import type { OneShotTokens } from "./oneShotTokens.ts";

/** The desktop app's own scheme. */
const APP_ORIGIN = "nextplate://app";

export interface AccessOptions {
  /** The address the server listens on. */
  readonly host: string;
  readonly allowedOrigins: readonly string[];
  readonly keys: Pick<ApiKeys, "list" | "scopeOf">;
  readonly tokens: Pick<OneShotTokens, "redeem">;
  readonly failures: FailureLimit;
  /** False: programs on this computer need a key too. */
  readonly trustLoopback: boolean;
}

/**
 * Decides who may talk to us. On loopback everyone on this computer may, but no web page a user visits:
 * the Host header must name this computer (a rebound name does not) and a foreign Origin may change
 * nothing. Other computers need the API key. X-Forwarded headers are never read: whoever sends a request
 * can set them.
 */
export class Access {
  readonly #options: AccessOptions;

  constructor(options: AccessOptions) {
    this.#options = options;
  }

  /** Other computers can reach the address we listen on. */
  get isOpenToNetwork(): boolean {
    return !isLoopbackName(this.#options.host);
  }

  /** Throws `forbidden` when the server would be open to other computers without a key. */
  checkListening(): void {
    if (!this.isOpenToNetwork || this.#options.keys.list().length > 0) return;
    throw new AppError(
      "forbidden",
      `Listening on ${this.#options.host} opens the printers to other computers: set an API key first, or listen on 127.0.0.1.`,
    );
  }

  /**
   * What a caller may do; null = it has shown nothing, and may only show something. A websocket counts as
   * changing something. Throws `forbidden`, `unauthorized` for a wrong key or token, `too_many_requests`.
   */
  check(request: IncomingMessage, changes: boolean): Scope | null {
    const { host, origin } = request.headers;
    if (host !== undefined && !this.#isOurName(host)) {
      throw new AppError(
        "forbidden",
        `This server does not answer to the name "${host}". Use the address it listens on.`,
      );
    }
    if (changes && origin !== undefined && !this.#isOurOrigin(origin, host)) {
      throw new AppError(
        "forbidden",
        `Web pages of ${origin} may not control printers. Allow the origin in the settings if it is yours.`,
      );
    }
    const { remoteAddress = "" } = request.socket;
    if (this.#options.trustLoopback && isLoopbackAddress(remoteAddress)) return "admin";
    const token = new URL(request.url ?? "/", "http://host").searchParams.get("token");
    if (token !== null) {
      return this.#proven(remoteAddress, () => this.#options.tokens.redeem(token, remoteAddress));
    }
    const key = request.headers["x-api-key"];
    return typeof key === "string" ? this.checkKey(key, remoteAddress) : null;
  }

  /** What the bearer of a key may do. Throws `unauthorized`, `too_many_requests`. */
  checkKey(key: string, address: string): Scope {
    return this.#proven(address, () => this.#options.keys.scopeOf(key));
  }

  /** Guesses are counted, and beyond a number not looked at. */
  #proven(address: string, prove: () => Scope | undefined): Scope {
    this.#options.failures.check(address);
    const scope = prove();
    if (scope !== undefined) return scope;
    this.#options.failures.fail(address);
    throw new AppError("unauthorized", "Unauthorized");
  }

  /** The origin to name in CORS headers: allowed ones other than our own pages. */
  corsOrigin(request: IncomingMessage): string | null {
    const { origin } = request.headers;
    return origin !== undefined && this.#isAllowed(origin) ? origin : null;
  }

  #isOurOrigin(origin: string, host: string | undefined): boolean {
    return this.#isAllowed(origin) || (host !== undefined && origin === `http://${host}`);
  }

  #isAllowed(origin: string): boolean {
    return origin === APP_ORIGIN || this.#options.allowedOrigins.includes(origin);
  }

  #isOurName(header: string): boolean {
    const name = hostName(header);
    if (isLoopbackName(name) || name === this.#options.host.toLowerCase()) return true;
    // Listening everywhere: any address of this computer, but no name, which could be rebound.
    return ["0.0.0.0", "::"].includes(this.#options.host) && isIP(name) !== 0;
  }
}

/** Host header without port and brackets, lower case. */
function hostName(header: string): string {
  const match = /^(?:\[([^\]]*)\]|([^:]*))(?::\d+)?$/.exec(header.trim().toLowerCase());
  return match?.[1] ?? match?.[2] ?? "";
}

function isLoopbackName(name: string): boolean {
  return name === "localhost" || name.endsWith(".localhost") || isLoopbackAddress(name);
}

function isLoopbackAddress(address: string | undefined): boolean {
  if (address === undefined) return false;
  const plain = address.replace(/^::ffff:/, "");
  return plain === "::1" || (isIP(plain) === 4 && plain.startsWith("127."));
}
