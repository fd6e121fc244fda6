import { AppError, ERROR_CODES, RemoteError } from "#shared/rpc/errors.ts";

/** An error as it leaves us: a code for each wire, and words for the reader. */
export interface WireError {
  readonly jsonrpc: number;
  readonly http: number;
  readonly message: string;
  readonly data?: unknown;
}

/**
 * What a client is told of anything thrown. A printer's own refusal keeps its code and text; what we did
 * not foresee is only said to have happened: `report` gets it for the log.
 */
export function wireError(error: unknown, report: (error: unknown) => void): WireError {
  if (error instanceof AppError) {
    const { jsonrpc, http } = ERROR_CODES[error.code];
    return { jsonrpc, http, message: error.message, data: error.data };
  }
  if (error instanceof RemoteError) {
    const { code, message, data } = error;
    return { jsonrpc: code, http: httpStatus(code), message, data };
  }
  report(error);
  return {
    jsonrpc: 500,
    http: 500,
    message: "Internal Server Error: the cause is in the log of this computer.",
  };
}

/** Moonraker's codes are HTTP numbers, except those of JSON-RPC itself. */
function httpStatus(code: number): number {
  if (code >= 400 && code <= 599) return code;
  return code === -32601 ? 404 : 400;
}
