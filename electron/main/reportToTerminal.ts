import { messageOf } from "#shared/rpc/errors.ts";

/** For what went wrong where no page and no caller can be told. */
export function reportToTerminal(error: unknown): void {
  process.stderr.write(`nextplate: ${messageOf(error)}\n`);
}
