/**
 * Every error the product answers with. `jsonrpc` is the code on the JSON-RPC wire, `http` the status.
 * Moonraker uses HTTP numbers as JSON-RPC codes, except 404 (-32601) and 401 (-32602).
 */
export const ERROR_CODES = {
  parse_error: { jsonrpc: -32700, http: 400, retryable: false },
  invalid_request: { jsonrpc: -32600, http: 400, retryable: false },
  method_not_found: { jsonrpc: -32601, http: 404, retryable: false },
  invalid_params: { jsonrpc: -32602, http: 400, retryable: false },
  bad_request: { jsonrpc: 400, http: 400, retryable: false },
  unauthorized: { jsonrpc: -32602, http: 401, retryable: false },
  forbidden: { jsonrpc: 403, http: 403, retryable: false },
  not_found: { jsonrpc: -32601, http: 404, retryable: false },
  method_not_allowed: { jsonrpc: 405, http: 405, retryable: false },
  conflict: { jsonrpc: 409, http: 409, retryable: true },
  too_large: { jsonrpc: 413, http: 413, retryable: false },
  checksum_mismatch: { jsonrpc: 422, http: 422, retryable: true },
  too_many_requests: { jsonrpc: 429, http: 429, retryable: true },
  internal: { jsonrpc: 500, http: 500, retryable: false },
  unavailable: { jsonrpc: 503, http: 503, retryable: true },
  timeout: { jsonrpc: 504, http: 504, retryable: true },
  storage_full: { jsonrpc: 507, http: 507, retryable: true },
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** The one error class. `message` tells the reader what to do; callers branch on `code`, never on text. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly data: unknown;

  constructor(code: ErrorCode, message: string, options: { data?: unknown; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.data = options.data;
  }

  get retryable(): boolean {
    return ERROR_CODES[this.code].retryable;
  }
}

/** An error object as another server sent it: its code is kept as a number, since any may come. */
export class RemoteError extends Error {
  override readonly name = "RemoteError";
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
