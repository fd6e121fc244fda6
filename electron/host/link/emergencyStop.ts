import { AppError, messageOf } from "#shared/rpc/errors.ts";
import type { RpcPeer } from "#shared/rpc/rpcPeer.ts";
import { type Clock, sleep } from "#shared/util/clock.ts";
import { answerError, exchange, readText } from "./httpExchange.ts";
import { endpointAddress } from "./moonrakerAddress.ts";

/** Milliseconds until the caller knows whether the stop went out (promised: 2 s). */
const DEADLINE = 1_900;
/** Milliseconds an open link has to answer before a second way is tried beside it. */
const LINK_HEAD_START = 400;

export interface StopWays {
  /** The open link, if there is one. */
  readonly peer: RpcPeer | undefined;
  readonly resolveUrl: () => Promise<string>;
  readonly apiKey: string | null;
  readonly clock: Clock;
}

/**
 * Stops the machine by the first way that answers: the open link, and where that is silent (a dead
 * connection can look open) or missing, a fresh HTTP connection. Stopping twice does no harm.
 * Rejects within 2 s with `unavailable`, saying that the stop was not sent.
 */
export async function stopMachine(ways: StopWays): Promise<void> {
  const over = new AbortController();
  const failures: string[] = [];
  const note = (error: unknown): never => {
    failures.push(messageOf(error));
    throw error;
  };
  const { peer, clock } = ways;
  const attempts: Promise<void>[] = [];
  if (peer === undefined) {
    attempts.push(stopOverHttp(ways, over.signal).catch(note));
  } else {
    const linkFailed = new AbortController();
    const overLink = peer
      .call("printer.emergency_stop", {}, { timeout: DEADLINE })
      .then(() => undefined)
      .catch((error: unknown) => {
        linkFailed.abort();
        return note(error);
      });
    const beside = sleep(clock, LINK_HEAD_START, AbortSignal.any([over.signal, linkFailed.signal]));
    attempts.push(
      overLink,
      beside.then(() =>
        over.signal.aborted ? undefined : stopOverHttp(ways, over.signal).catch(note),
      ),
    );
  }
  const deadline = sleep(clock, DEADLINE, over.signal).then(() => {
    throw new Error("no answer in time");
  });
  try {
    await Promise.race([Promise.any(attempts), deadline]);
  } catch {
    const why = failures.length === 0 ? "no answer in time" : failures.join("; ");
    throw new AppError(
      "unavailable",
      `Emergency stop NOT confirmed: ${why}. Switch the printer off by hand`,
    );
  } finally {
    over.abort();
    // The deadline ends with the abort; nobody listens to it any more.
    deadline.catch(() => {});
  }
}

async function stopOverHttp(ways: StopWays, signal: AbortSignal): Promise<void> {
  const response = await exchange({
    method: "POST",
    url: endpointAddress(await ways.resolveUrl(), "printer", "emergency_stop"),
    apiKey: ways.apiKey,
    signal,
    idleTimeout: DEADLINE,
    headers: { "Content-Length": 0 },
  });
  const text = await readText(response);
  if ((response.statusCode ?? 0) >= 400) throw answerError(response, text);
}
