/** Why a connection could not be made. */
export type DialFailure =
  | "bad_address"
  | "unreachable"
  | "timeout"
  | "not_moonraker"
  | "unauthorized"
  | "no_socket"
  | "no_permission";

/** A connection that failed; the message is a sentence for the operator. */
export class DialError extends Error {
  override readonly name = "DialError";
  readonly failure: DialFailure;

  constructor(failure: DialFailure, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.failure = failure;
  }
}

export const UNAUTHORIZED_ADVICE =
  "The printer refuses us. Enter its API key (Moonraker: [authorization], or Settings in Mainsail or " +
  "Fluidd), or add this computer to its trusted_clients";

/** Turns what a socket reports into words. `host` is what the operator typed or knows. */
export function describeSocketError(error: unknown, host: string): DialError {
  const code =
    typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
  switch (code) {
    case "ECONNREFUSED":
      return new DialError(
        "unreachable",
        `${host} refuses the connection. Is Moonraker running there, and is the port right?`,
        error,
      );
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new DialError(
        "unreachable",
        `There is no host named ${host}. Check the name, or use the IP address`,
        error,
      );
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "EHOSTDOWN":
      return new DialError(
        "unreachable",
        `There is no way to ${host}. Is the printer on, and on this network?`,
        error,
      );
    case "ETIMEDOUT":
      return timedOut(host, error);
    case "ECONNRESET":
    case "EPIPE":
      return new DialError("unreachable", `${host} broke the connection off`, error);
    default: {
      const text = error instanceof Error && error.message !== "" ? error.message : code;
      return new DialError("unreachable", `${host} cannot be reached: ${text}`, error);
    }
  }
}

export function timedOut(host: string, cause?: unknown): DialError {
  return new DialError(
    "timeout",
    `${host} does not answer. Is the printer on, and is the address right?`,
    cause,
  );
}
