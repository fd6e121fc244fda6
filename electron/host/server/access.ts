import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { AppError } from "#shared/rpc/errors.ts";
import type { AccessAudit } from "./accessAudit.ts";
import type { ApiKeys } from "./apiKeys.ts";
import { TRUSTED, type Bearer } from "./bearer.ts";
import type { FailureLimit } from "./failureLimit.ts";
import type { OneShotTokens } from "./oneShotTokens.ts";
import type { Users } from "./users.ts";

/** The desktop app's own scheme. */
const APP_ORIGIN = "nextplate://app";

export interface AccessOptions {
  /** The address the server listens on. */
  readonly host: string;
  readonly allowedOrigins: () => readonly string[];
  readonly keys: Pick<ApiKeys, "list" | "bearerOf">;
  readonly users: Pick<Users, "bearerOf">;
  readonly tokens: Pick<OneShotTokens, "redeem">;
  readonly failures: FailureLimit;
  readonly audit: Pick<AccessAudit, "note">;
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
   * Whether the request may be looked at: it means us, and no foreign page sent it. A websocket counts as
   * changing something. Throws `forbidden`.
   */
  checkSource(request: IncomingMessage, changes: boolean): void {
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
  }

  /**
   * For a GET that does something, which a page could send by naming it as the address of a picture: without
   * an Origin, and from an old browser without anything else. Throws `forbidden` for all that browsers send.
   */
  checkProgram({ headers }: IncomingMessage): void {
    const { origin, referer, "sec-fetch-site": site, "user-agent": agent = "" } = headers;
    const marks = [origin, referer, site].filter((mark) => mark !== undefined);
    if (marks.length === 0 && !agent.startsWith("Mozilla/")) return;
    throw new AppError(
      "forbidden",
      "Browsers may not do this with GET, since any web page could make them: use POST.",
    );
  }

  /**
   * As whom the caller is known; null = it has shown nothing, and may only show something. A user's token
   * comes first, so that who is trusted anyway can be known by name. Throws `unauthorized` for a wrong
   * credential, `too_many_requests`.
   */
  bearerOf(request: IncomingMessage): Bearer | null {
    const { tokens, users, trustLoopback } = this.#options;
    const { remoteAddress = "" } = request.socket;
    const query = new URL(request.url ?? "/", "http://host").searchParams;
    const isTrusted = trustLoopback && isLoopbackAddress(remoteAddress);
    const userToken = userTokenOf(request, query);
    if (isTrusted) return (userToken === null ? undefined : users.bearerOf(userToken)) ?? TRUSTED;
    if (userToken !== null) return this.checkToken(userToken, remoteAddress);
    const token = query.get("token");
    if (token !== null) {
      return this.proven(remoteAddress, "one-shot token", () =>
        tokens.redeem(token, remoteAddress),
      );
    }
    const key = request.headers["x-api-key"];
    return typeof key === "string" ? this.checkKey(key, remoteAddress) : null;
  }

  /** Throws `unauthorized`, `too_many_requests`. */
  checkKey(key: string, address: string, words?: string): Bearer {
    return this.proven(address, "API key", () => this.#options.keys.bearerOf(key), words);
  }

  /** The same for a user's access token. */
  checkToken(token: string, address: string, words?: string): Bearer {
    return this.proven(address, "access token", () => this.#options.users.bearerOf(token), words);
  }

  /** Throws `too_many_requests` for an address that has guessed too often lately. */
  checkGuesses(address: string): void {
    this.#options.failures.check(address);
  }

  /** A guess was wrong; `what` was shown, by whoever says to be `name`. */
  countGuess(address: string, what: string, name = address): void {
    this.#options.failures.fail(address);
    this.#options.audit.note("credential_refused", { kind: "api", name }, { address, what });
  }

  /** Guesses are counted, and beyond a number not looked at. */
  proven<T>(address: string, what: string, prove: () => T | undefined, words = "Unauthorized"): T {
    this.checkGuesses(address);
    const found = prove();
    if (found !== undefined) return found;
    this.countGuess(address, what);
    throw new AppError("unauthorized", words);
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
    return origin === APP_ORIGIN || this.#options.allowedOrigins().includes(origin);
  }

  #isOurName(header: string): boolean {
    const name = hostName(header);
    if (isLoopbackName(name) || name === this.#options.host.toLowerCase()) return true;
    // Listening everywhere: any address of this computer, but no name, which could be rebound.
    return ["0.0.0.0", "::"].includes(this.#options.host) && isIP(name) !== 0;
  }
}

/** A user's token, in the places where Moonraker looks for one. */
function userTokenOf({ headers }: IncomingMessage, query: URLSearchParams): string | null {
  const bearer = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? "")?.[1];
  const header = headers["x-access-token"];
  return bearer ?? (typeof header === "string" ? header : query.get("access_token"));
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
