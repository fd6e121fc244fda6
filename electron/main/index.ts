import { join } from "node:path";
import { app, dialog, protocol } from "electron";
import { APP_ORIGIN } from "#shared/desktop/appOrigin.ts";
import { PAGE_JS_FLAGS } from "#shared/desktop/pageEngine.ts";
import { messageOf } from "#shared/rpc/errors.ts";
import type { ServeArguments } from "../headlessArguments.ts";
import { APP_SCHEME } from "./appScheme.ts";
import { parseDesktopArguments } from "./desktopArguments.ts";
import { LaunchRequest, parseLaunch, printerOfLink } from "./launchRequest.ts";
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
  const { commandLine } = app;
  if (!commandLine.hasSwitch("js-flags")) commandLine.appendSwitch("js-flags", PAGE_JS_FLAGS);
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
  const launch = parseLaunch(process.argv.slice(1), process.cwd());
  // A second start hands over what it was asked for, and ends.
  if (!app.requestSingleInstanceLock(launch)) return app.exit(0);

  const opened = collectOpened();
  startShell(serve, portNamed, launch, opened).catch((error: unknown) => {
    dialog.showErrorBox("Nextplate could not start", messageOf(error));
    app.exit(1);
  });
}

/** On a Mac files and links come as events, some of them before anything of ours is loaded. */
function collectOpened(): (open: (request: LaunchRequest) => void) => void {
  const early: LaunchRequest[] = [];
  let open = (request: LaunchRequest): void => void early.push(request);
  app.on("open-file", (event, file) => {
    event.preventDefault();
    open({ files: [file], printer: null, hidden: false });
  });
  app.on("open-url", (event, url) => {
    event.preventDefault();
    open({ files: [], printer: printerOfLink(url), hidden: false });
  });
  return (listener) => {
    open = listener;
    early.splice(0).forEach(listener);
  };
}

async function startShell(
  serve: ServeArguments,
  portNamed: boolean,
  launch: LaunchRequest,
  whenOpened: (open: (request: LaunchRequest) => void) => void,
): Promise<void> {
  const { DesktopShell } = await import("./shell.ts");
  await app.whenReady();
  const developed = app.isPackaged ? undefined : process.env.ELECTRON_RENDERER_URL;
  const shell = new DesktopShell({ serve, portNamed, pageOrigin: developed ?? APP_ORIGIN });
  app.on("second-instance", (_event, _argv, _directory, data) => {
    // Another program of this user could have sent it.
    const request = LaunchRequest.safeParse(data);
    if (request.success) shell.open(request.data);
    else shell.showWindow();
  });
  app.on("activate", () => shell.showWindow());
  app.on("window-all-closed", () => {
    // On a Mac an app outlives its windows; the queues go on there as well.
    if (process.platform !== "darwin" && !shell.livesInTray) app.quit();
  });
  waitBeforeQuit(shell);
  stopBeforeQuit(shell);
  // In development `nextplate://` would open the bare Electron.
  if (app.isPackaged) registerProtocol();
  await shell.start(launch);
  whenOpened((request) => shell.open(request));
}

/** Windows puts the link at the end of the command line: after `--` nothing in it is taken for a switch. */
function registerProtocol(): void {
  if (process.platform === "win32") {
    app.setAsDefaultProtocolClient("nextplate", process.execPath, ["--"]);
  } else {
    app.setAsDefaultProtocolClient("nextplate");
  }
}

/** A quit while a print is being started waits for the printer's word, with the windows still open. */
function waitBeforeQuit(shell: DesktopShell): void {
  let allowed = false;
  app.on("before-quit", (event) => {
    if (allowed || !shell.quitGate.shut()) return;
    event.preventDefault();
    shell.quitGate.wait().then(
      (quit) => {
        allowed = quit;
        if (quit) app.quit();
      },
      () => app.exit(1),
    );
  });
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
