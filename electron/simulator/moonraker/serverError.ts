/** A refusal. `status` is the HTTP status; on JSON-RPC 404 becomes -32601 and 401 -32602. */
export class ServerError extends Error {
  override readonly name = "ServerError";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }

  get rpcCode(): number {
    if (this.status === 404) return -32601;
    return this.status === 401 ? -32602 : this.status;
  }
}
