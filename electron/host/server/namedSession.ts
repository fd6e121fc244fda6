import { AppError } from "#shared/rpc/errors.ts";
import type { Caller } from "./call.ts";
import type { Session } from "./session.ts";

/**
 * The websocket that an HTTP request names by `connection_id`: its caller's own, at the same endpoint. Throws
 * `bad_request`, in Moonraker's words.
 */
export function namedSession(
  sessions: Iterable<Session>,
  { endpoint, remoteAddress }: Pick<Caller, "endpoint" | "remoteAddress">,
  query: string,
): Session {
  const id = new URLSearchParams(query).get("connection_id");
  const where = JSON.stringify(endpoint);
  for (const session of sessions) {
    const isNamed = String(session.id) === id && session.bearer !== null;
    const isTheirs = session.remoteAddress === remoteAddress;
    if (isNamed && isTheirs && JSON.stringify(session.endpoint) === where) return session;
  }
  throw new AppError("bad_request", "No connection associated with subscription request");
}
