import { readFileSync } from "node:fs";
import { AppError, messageOf } from "#shared/rpc/errors.ts";
import { systemClock } from "#shared/util/clock.ts";
import { HELP, parseArguments, type ServeArguments } from "./headlessArguments.ts";
import { noCheckpoint } from "./host/engine/checkpoints.ts";
import type { Host } from "./host/host.ts";
import { openLogFile } from "./host/log/pinoLogger.ts";
import { createLocalHost } from "./localHost.ts";
import { boardDirectory, metadataWorkerUrl, packageVersion } from "./paths.ts";

/** The host without a window: argv -> host -> SIGTERM. */
async function run(argv: readonly string[]): Promise<void> {
  const version = packageVersion((url) => readFileSync(url, "utf8"));
  const parsed = parseArguments(argv, process.env, process.platform);
  switch (parsed.kind) {
    case "help":
      return print(HELP);
    case "version":
      return print(version);
    case "invalid":
      process.stderr.write(`nextplate: ${parsed.message}\n`);
      process.exitCode = 1;
      return;
    case "serve":
      return serve(parsed, version);
  }
}

async function serve(options: ServeArguments, version: string): Promise<void> {
  let host: Host;
  try {
    host = createLocalHost({
      dataDir: options.dataDir,
      host: options.host,
      port: options.port,
      staticDir: boardDirectory(),
      simulate: options.simulate,
      simSpeed: options.simSpeed,
      version,
      logger: openLogFile(options.logDir, options.logLevel),
      clock: systemClock,
      workerUrl: metadataWorkerUrl(),
      checkpoint: noCheckpoint,
    });
    stopOnSignals(() => host.stop());
    const { url } = await host.start();
    print(`nextplate ready ${url}`);
  } catch (error) {
    const hint = error instanceof AppError ? "" : "could not start: ";
    process.stderr.write(`nextplate: ${hint}${messageOf(error)}\n`);
    // Timers of half-opened rooms must not keep a failed start alive.
    process.exit(1);
  }
}

/** The first signal stops cleanly, a second one at once. */
function stopOnSignals(stop: () => Promise<void>): void {
  let stopping = false;
  const onSignal = (): void => {
    if (stopping) process.exit(130);
    stopping = true;
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`nextplate: did not stop cleanly: ${messageOf(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

await run(process.argv.slice(2));
