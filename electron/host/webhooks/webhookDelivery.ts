import { createHmac } from "node:crypto";
import { messageOf } from "#shared/rpc/errors.ts";

/** Milliseconds in which a receiver has to answer. */
const ANSWER_WITHIN = 10_000;

/** One message on its way; its body is signed and sent byte for byte as it was made. */
export interface Message {
  readonly id: string;
  readonly body: string;
}

/** How one try went. */
export interface TryResult {
  readonly ok: boolean;
  /** Null without an answer. */
  readonly status: number | null;
  /** What failed and what to check. */
  readonly detail: string;
}

/**
 * The signature as the Standard Webhooks specification has it, so that its libraries check ours:
 * `v1,` and the base64 HMAC-SHA256 of `id.timestamp.body`. `timestamp` in Unix seconds.
 */
export function signatureOf(secret: string, message: Message, timestamp: number): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const signed = `${message.id}.${timestamp}.${message.body}`;
  return `v1,${createHmac("sha256", key).update(signed).digest("base64")}`;
}

/** Posts a message once. Never rejects. `now` in wall milliseconds. */
export async function post(
  target: { readonly url: string; readonly secret: string },
  message: Message,
  now: number,
  signal: AbortSignal,
): Promise<TryResult> {
  const timestamp = Math.floor(now / 1000);
  const timeout = AbortSignal.timeout(ANSWER_WITHIN);
  try {
    const response = await fetch(target.url, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "User-Agent": "Nextplate",
        "webhook-id": message.id,
        "webhook-timestamp": String(timestamp),
        "webhook-signature": signatureOf(target.secret, message, timestamp),
      },
      body: message.body,
      // What was signed for one address is not for another.
      redirect: "manual",
      signal: AbortSignal.any([signal, timeout]),
    });
    await response.body?.cancel();
    const { status, ok } = response;
    return { ok, status, detail: ok ? "" : refusal(status) };
  } catch (error) {
    const detail = timeout.aborted
      ? `no answer within ${ANSWER_WITHIN / 1000} s`
      : `could not be reached: ${reasonOf(error)}`;
    return { ok: false, status: null, detail };
  }
}

function refusal(status: number): string {
  if (status >= 300 && status < 400) {
    return `answered ${status}: redirects are not followed, enter the address it leads to`;
  }
  return `answered ${status}`;
}

/** fetch hides the reason ("ECONNREFUSED") one level below. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return messageOf(cause ?? error);
}
