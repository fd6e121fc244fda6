import { AppError, messageOf } from "#shared/rpc/errors.ts";
import { type Clock, sleep } from "#shared/util/clock.ts";

/** Milliseconds until the caller knows whether the stop went out (promised: 2 s). */
const DEADLINE = 1_900;
/** Milliseconds an open link has to answer before a second way is tried beside it. */
const LINK_HEAD_START = 400;

export interface StopWays {
  /** Over the open link, if there is one; `timeout` in milliseconds. */
  readonly overLink: ((timeout: number) => Promise<unknown>) | undefined;
  /** Over a connection of its own. */
  readonly afresh: (signal: AbortSignal, timeout: number) => Promise<void>;
  readonly clock: Clock;
}

/**
 * Stops the machine by the first way that answers: the open link, and where that is silent (a dead
 * connection can look open) or missing, a fresh connection. Stopping twice does no harm.
 * Rejects within 2 s with `unavailable`, saying that the stop was not sent.
 */
export async function stopMachine(ways: StopWays): Promise<void> {
  const over = new AbortController();
  const failures: string[] = [];
  const note = (error: unknown): never => {
    failures.push(messageOf(error));
    throw error;
  };
  const { overLink, clock } = ways;
  const afresh = (): Promise<void> => ways.afresh(over.signal, DEADLINE).catch(note);
  const attempts: Promise<void>[] = [];
  if (overLink === undefined) {
    attempts.push(afresh());
  } else {
    const linkFailed = new AbortController();
    const stopped = overLink(DEADLINE)
      .then(() => undefined)
      .catch((error: unknown) => {
        linkFailed.abort();
        return note(error);
      });
    const beside = sleep(clock, LINK_HEAD_START, AbortSignal.any([over.signal, linkFailed.signal]));
    attempts.push(
      stopped,
      beside.then(() => (over.signal.aborted ? undefined : afresh())),
    );
  }
  const deadline = sleep(clock, DEADLINE, over.signal).then(() => {
    throw new Error("no answer in time");
  });
  try {
    await Promise.race([Promise.any(attempts), deadline]);
  } catch {
    const why = failures.length === 0 ? "no answer in time" : failures.join("; ");
    // Without a link and with the fresh connection refused nothing can have left.
    const verdict = overLink === undefined && failures.length > 0 ? "NOT sent" : "NOT confirmed";
    throw new AppError(
      "unavailable",
      `Emergency stop ${verdict}: ${why}. Switch the printer off by hand`,
    );
  } finally {
    over.abort();
    // The deadline ends with the abort; nobody listens to it any more.
    deadline.catch(() => {});
  }
}
