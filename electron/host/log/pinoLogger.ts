import { mkdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { pino, type DestinationStream, type Logger as Pino } from "pino";
import { AppError, messageOf } from "#shared/rpc/errors.ts";
import type { Logger } from "./logger.ts";

/** Bytes after which a log file is set aside at the next start; one older file is kept. */
const ROTATE_AT = 10 * 1024 * 1024;

/** Names whose values never reach a log, wherever in the data they stand one or two levels deep. */
const SECRETS = [
  "apiKey",
  "api_key",
  "token",
  "access_token",
  "refresh_token",
  "password",
  "secret",
  "authorization",
  "x-api-key",
  "x-access-token",
];

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

/** Logs JSON lines to `<dir>/nextplate.log`. Throws `unavailable` where the folder cannot be written. */
export function openLogFile(dir: string, level: LogLevel): Logger {
  const file = join(dir, "nextplate.log");
  try {
    mkdirSync(dir, { recursive: true });
    if (sizeOf(file) > ROTATE_AT) renameSync(file, `${file}.1`);
    return createPinoLogger(pino.destination({ dest: file, sync: true }), level);
  } catch (error) {
    throw new AppError(
      "unavailable",
      `The data folder cannot be written (${messageOf(error)}). Choose another with --data-dir, or fix its permissions.`,
      { cause: error },
    );
  }
}

export function createPinoLogger(destination: DestinationStream, level: LogLevel): Logger {
  const redact = SECRETS.flatMap((name) => [`["${name}"]`, `*["${name}"]`]);
  return wrap(pino({ level, base: null, redact }, destination));
}

function wrap(log: Pino): Logger {
  return {
    debug: (message, data) => log.debug(data ?? {}, message),
    info: (message, data) => log.info(data ?? {}, message),
    warn: (message, data) => log.warn(data ?? {}, message),
    error: (message, data) => log.error(data ?? {}, message),
    child: (name) => wrap(log.child({ room: name })),
  };
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
