import { AppError } from "../rpc/errors.ts";

/**
 * The promise's outcome, or a rejection as soon as `signal` aborts (`unavailable`, "Cancelled"). The work
 * behind the promise is not stopped; its late outcome is ignored.
 */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = (): void => reject(new AppError("unavailable", "Cancelled"));
    const forget = (): void => signal.removeEventListener("abort", cancel);
    if (signal.aborted) cancel();
    else signal.addEventListener("abort", cancel, { once: true });
    promise.finally(forget).then(resolve, reject);
  });
}
