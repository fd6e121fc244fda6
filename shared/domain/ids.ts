import * as z from "zod";

/** A printer's name in addresses: lower-case letters, digits and dashes. Chosen once, never reused. */
export const PrinterId = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?$/, "a printer id is 1-48 of a-z, 0-9 and -")
  .brand<"PrinterId">();
export type PrinterId = z.output<typeof PrinterId>;

/**
 * Jobs, copies, attempts and journal entries: 16 upper-case hex digits, the shape of Moonraker's job_id
 * (clients store and compare it), but from a clock and a counter, so an id never comes back.
 */
const hexId = z.string().regex(/^[0-9A-F]{16}$/, "an id is 16 upper-case hex digits");

/** One print to be made: the unit of the queue. On Moonraker's wire it is the `job_id`. */
export const CopyId = hexId.brand<"CopyId">();
export type CopyId = z.output<typeof CopyId>;

/** What groups the copies that were asked for together. */
export const JobId = hexId.brand<"JobId">();
export type JobId = z.output<typeof JobId>;

/** One try at printing one copy. */
export const AttemptId = hexId.brand<"AttemptId">();
export type AttemptId = z.output<typeof AttemptId>;

/** SHA-256 of a file's bytes, lower-case hex. */
export const ContentHash = z
  .string()
  .regex(/^[0-9a-f]{64}$/, "a content hash is 64 lower-case hex digits")
  .brand<"ContentHash">();
export type ContentHash = z.output<typeof ContentHash>;

/** Makes ids. Injected, so that tests can predict them. */
export interface IdSource {
  copy(): CopyId;
  job(): JobId;
  attempt(): AttemptId;
}

/**
 * Ids of 48 bits of milliseconds and a 16-bit counter. They only grow within a process, also when the
 * clock is set back; `lowest` (the highest id in the store) makes them grow across restarts too.
 */
export function createIdSource(now: () => number, lowest?: string): IdSource {
  let last = lowest === undefined ? 0n : BigInt(`0x${lowest}`);
  const next = (): string => {
    const candidate = BigInt(Math.max(0, Math.floor(now()))) << 16n;
    last = candidate > last ? candidate : last + 1n;
    return last.toString(16).toUpperCase().padStart(16, "0");
  };
  return {
    copy: () => CopyId.parse(next()),
    job: () => JobId.parse(next()),
    attempt: () => AttemptId.parse(next()),
  };
}
