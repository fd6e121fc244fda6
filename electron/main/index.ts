import { join } from "node:path";
import { app, dialog, protocol } from "electron";
import { APP_ORIGIN } from "#shared/desktop/appOrigin.ts";
import { messageOf } from "#shared/rpc/errors.ts";
import type { ServeArguments } from "../headlessArguments.ts";
import { APP_SCHEME } from "./appScheme.ts";
import { parseDesktopArguments } from "./desktopArguments.ts";
import type { DesktopShell } from "./shell.ts";

/** Milliseconds a quit waits for the host; its data is safe at any moment, this is politeness. */
const STOP_DEADLINE = 10_000;

/**
 * The entry of the desktop app, and the only file of it that quits or exits. It imports next to nothing:
 * schemes, folders and the lock must be settled before Electron is ready, and that does not wait for a
 * large module to load. The rest is loaded by `startShell`.
 */
function run(): void {
  protocol.registerSchemesAsPrivileged([APP_SCHEME]);
  const { host: serve, portNamed } = parseDesktopArguments(
    process.argv.slice(1),
    process.env,
    process.platform,
  );
  if (serve.kind !== "serve") {
    process.stderr.write(`nextplate: ${serve.kind === "invalid" ? serve.message : serve.kind}\n`);
    return app.exit(1);
  }
  // Electron's own files go below the data folder, so that the single instance lock is one per farm.
  app.setPath("userData", join(serve.dataDir, "desktop"));
  if (!app.requestSingleInstanceLock()) return app.exit(0);

  startShell(serve, portNamed).catch((error: unknown) => {
    dialog.showErrorBox("Nextplate could not start", messageOf(error));
    app.exit(1);
  });
}

async function startShell(serve: ServeArguments, portNamed: boolean): Promise<void> {
  const { DesktopShell } = await import("./shell.ts");
  await app.whenReady();
  const developed = app.isPackaged ? undefined : process.env.ELECTRON_RENDERER_URL;
  const shell = new DesktopShell({ serve, portNamed, pageOrigin: developed ?? APP_ORIGIN });
  app.on("second-instance", () => shell.showWindow());
  app.on("activate", () => shell.showWindow());
  app.on("window-all-closed", () => {
    // On a Mac an app outlives its windows; the queues go on there as well.
    if (process.platform !== "darwin") app.quit();
  });
  stopBeforeQuit(shell);
  await shell.start();
}

/** The first `will-quit` is held back until the host has stopped or the deadline has passed. */
function stopBeforeQuit(shell: DesktopShell): void {
  let stopping = false;
  app.on("will-quit", (event) => {
    event.preventDefault();
    if (stopping) return;
    stopping = true;
    const deadline = setTimeout(() => app.exit(1), STOP_DEADLINE);
    shell.stop().then(
      () => {
        clearTimeout(deadline);
        app.exit(0);
      },
      () => app.exit(1),
    );
  });
}

run();
