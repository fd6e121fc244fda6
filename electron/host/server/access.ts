import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { AppError } from "#shared/rpc/errors.ts";
import type { ApiKeys } from "./apiKeys.ts";

/** The desktop app's own scheme. */
const APP_ORIGIN = "nextplate://app";

export interface AccessOptions {
  /** The address the server listens on. */
  readonly host: string;
  readonly allowedOrigins: readonly string[];
  readonly keys: Pick<ApiKeys, "list" | "isKey">;
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

  /** Throws `forbidden` or `unauthorized`. A websocket counts as changing something. */
  check(request: IncomingMessage, changes: boolean): void {
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
    if (isLoopbackAddress(request.socket.remoteAddress)) return;
    const key = request.headers["x-api-key"];
    if (typeof key === "string" && this.#options.keys.isKey(key)) return;
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
