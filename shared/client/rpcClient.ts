import { type MethodName, methods, type ParamsInput, type Result } from "#shared/contract/index.ts";
import {
  type NotificationName,
  type NotificationParams,
  notifications,
} from "#shared/contract/notifications.ts";
import { AppError } from "#shared/rpc/errors.ts";
import { type CallOptions, RpcPeer } from "#shared/rpc/rpcPeer.ts";
import type { Transport } from "#shared/rpc/transport.ts";
import type { Clock } from "#shared/util/clock.ts";
import type { Disposable } from "#shared/util/disposable.ts";

/** Methods of one printer take its id on the farm endpoint; without it they mean the default printer. */
type CallParams<M extends MethodName> =
  ParamsInput<M> extends Record<string, never>
    ? { readonly printer?: string }
    : ParamsInput<M> & { readonly printer?: string };

export type Call = <M extends MethodName>(
  method: M,
  params: CallParams<M>,
  options?: CallOptions,
) => Promise<Result<M>>;

/** One open connection to the host, typed by the contract in both directions. */
export class RpcClient implements Disposable {
  readonly #peer: RpcPeer;

  constructor(transport: Transport, clock: Clock) {
    this.#peer = new RpcPeer(transport, clock);
  }

  /** Rejects with the host's error, or with `internal` when its answer is not what the contract says. */
  readonly call: Call = async (method, params, options) => {
    const answer = await this.#peer.call(method, params, options);
    const result = methods[method].result.safeParse(answer);
    if (!result.success) {
      throw new AppError(
        "internal",
        `The host answered ${method} in a form this page does not know. Reload the page; if it stays, update the host.`,
        { cause: result.error },
      );
    }
    // The schema was picked by the same key as the type.
    return result.data as Result<typeof method>;
  };

  /** Notifications that do not have the contract's form are left out: the next snapshot repairs them. */
  on<N extends NotificationName>(
    name: N,
    listener: (...params: NotificationParams<N>) => void,
  ): Disposable {
    const schema = notifications[name];
    return this.#peer.onDidNotify((notification) => {
      if (notification.method !== name) return;
      const parsed = schema.safeParse(notification.params);
      if (parsed.success) listener(...(parsed.data as NotificationParams<N>));
    });
  }

  dispose(): void {
    this.#peer.dispose();
  }
}
