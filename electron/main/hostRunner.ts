import { messageOf } from "#shared/rpc/errors.ts";
import { systemClock } from "#shared/util/clock.ts";
import type { ServeArguments } from "../headlessArguments.ts";
import { noCheckpoint } from "../host/engine/checkpoints.ts";
import type { Host } from "../host/host.ts";
import { openLogFile } from "../host/log/pinoLogger.ts";
import { createLocalHost } from "../localHost.ts";
import { boardDirectory, metadataWorkerUrl } from "../paths.ts";
import { firstFreePort } from "./freePort.ts";

/** Ports tried one after another when none was named; scripts find the app on one of few. */
const PORTS_TRIED = 10;

export type HostStart =
  | { readonly kind: "running"; readonly url: string }
  /** One sentence that says what to do. */
  | { readonly kind: "failed"; readonly message: string };

/** The host inside the desktop app. */
export class HostRunner {
  readonly #options: ServeArguments;
  readonly #portNamed: boolean;
  readonly #version: string;
  readonly #pageOrigin: string;
  #host: Host | null = null;

  /** `pageOrigin`: where the window's page comes from; while developing that is vite's server. */
  constructor(options: ServeArguments, portNamed: boolean, version: string, pageOrigin: string) {
    this.#options = options;
    this.#portNamed = portNamed;
    this.#version = version;
    this.#pageOrigin = new URL(pageOrigin).origin;
  }

  /** Never rejects: what went wrong is for the page to show. May be called again after a failure. */
  async start(): Promise<HostStart> {
    const { dataDir, logDir, logLevel, simulate, simSpeed, port } = this.#options;
    try {
      const host = createLocalHost({
        dataDir,
        host: "127.0.0.1",
        port: this.#portNamed ? port : await firstFreePort("127.0.0.1", port, PORTS_TRIED),
        staticDir: boardDirectory(),
        // The app's own scheme has no origin of this kind and is always allowed.
        allowedOrigins: this.#pageOrigin === "null" ? [] : [this.#pageOrigin],
        simulate,
        simSpeed,
        version: this.#version,
        logger: openLogFile(logDir, logLevel),
        clock: systemClock,
        workerUrl: metadataWorkerUrl(),
        checkpoint: noCheckpoint,
      });
      const { url } = await host.start();
      this.#host = host;
      return { kind: "running", url };
    } catch (error) {
      return { kind: "failed", message: messageOf(error) };
    }
  }

  /** See Host.reconnectNow; nothing without a running host. */
  reconnectNow(): void {
    this.#host?.reconnectNow();
  }

  /** See Host.starting; nothing without a running host. */
  starting(): readonly string[] {
    return this.#host?.starting() ?? [];
  }

  /** See Host.holdStarts; nothing without a running host. */
  holdStarts(held: boolean): void {
    this.#host?.holdStarts(held);
  }

  /** Stops a running host; resolves at once without one. */
  async stop(): Promise<void> {
    const host = this.#host;
    this.#host = null;
    await host?.stop();
  }
}
