import type { DiscoveryStatus, FoundPrinter } from "#shared/contract/farmDiscovery.ts";
import type { Result } from "#shared/contract/index.ts";
import { messageOf } from "#shared/rpc/errors.ts";
import { onUnmounted, shallowRef } from "vue";
import { useHost } from "../../app/hostAccess.ts";

/** Milliseconds between two looks at a search under way. */
const LOOK = 400;

/** A search of the network by the host, followed while it runs; given up when this page leaves it. */
export function useDiscovery(onFound: (printer: FoundPrinter) => void) {
  const { call } = useHost();
  const status = shallowRef<DiscoveryStatus>();
  const networks = shallowRef<Result<"farm.discovery.networks">["networks"]>([]);
  const failure = shallowRef<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let told = 0;

  async function attempt(run: () => Promise<DiscoveryStatus>): Promise<void> {
    clearTimeout(timer);
    try {
      const next = await run();
      failure.value = undefined;
      status.value = next;
      for (const printer of next.found.slice(told)) onFound(printer);
      told = next.found.length;
      if (next.running)
        timer = setTimeout(() => void attempt(() => call("farm.discovery.status", {})), LOOK);
    } catch (error) {
      failure.value = messageOf(error);
    }
  }

  async function loadNetworks(): Promise<void> {
    try {
      networks.value = (await call("farm.discovery.networks", {})).networks;
    } catch (error) {
      failure.value = messageOf(error);
    }
  }

  function start(probed: readonly string[]): Promise<void> {
    told = 0;
    return attempt(() =>
      call("farm.discovery.start", { announcements: true, networks: [...probed] }),
    );
  }

  const cancel = (): Promise<void> => attempt(() => call("farm.discovery.cancel", {}));

  onUnmounted(() => {
    clearTimeout(timer);
    if (status.value?.running === true) void call("farm.discovery.cancel", {}).catch(() => {});
  });

  return { status, networks, failure, loadNetworks, start, cancel };
}
