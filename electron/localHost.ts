import { createHost, type Host, type HostOptions } from "./host/host.ts";
import { SimulatedFarm } from "./simulator/simulatedFarm.ts";

export interface LocalHostOptions extends Omit<HostOptions, "simulated"> {
  /** How many times faster than real the simulated printers print. */
  readonly simSpeed: number;
}

/** The host of this computer together with its simulated printers, which run in the same process. */
export function createLocalHost(options: LocalHostOptions): Host {
  const simulators = new SimulatedFarm({ speed: options.simSpeed, clock: options.clock });
  const host = createHost({ ...options, simulated: simulators });
  return {
    start: () => host.start(),
    reconnectNow: () => host.reconnectNow(),
    starting: () => host.starting(),
    holdStarts: (held) => host.holdStarts(held),
    async stop() {
      await host.stop();
      await simulators.stop();
    },
  };
}
