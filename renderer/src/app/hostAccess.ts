import { inject, type InjectionKey } from "vue";
import type { HostAddress } from "../rpc/hostAddress.ts";
import type { Call } from "#shared/client/rpcClient.ts";
import type { UploadOptions } from "../rpc/uploadFile.ts";

/** The page's way to the host; injected, so that tests can put anything behind it. */
export interface HostAccess {
  readonly address: HostAddress;
  readonly call: Call;
  readonly upload: (
    options: UploadOptions,
  ) => Promise<{ readonly item: { readonly path: string } }>;
  readonly retryNow: () => void;
}

export const HOST: InjectionKey<HostAccess> = Symbol("host");

export function useHost(): HostAccess {
  const host = inject(HOST);
  if (host === undefined) throw new Error("The board was mounted without a host");
  return host;
}
