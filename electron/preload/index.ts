import { contextBridge, ipcRenderer } from "electron";
import type {
  DesktopBoot,
  DesktopBridge,
  DesktopChannel,
  DesktopRequests,
} from "#shared/desktop/ipc.ts";

// Written out rather than imported: a value import would bundle the schema library into every page.
const BOOT: typeof import("#shared/desktop/ipc.ts").BOOT_ARGUMENT = "--nextplate-boot=";
const ASKED: typeof import("#shared/desktop/ipc.ts").ASKED_CHANNEL = "desktop:asked";

function invoke<C extends DesktopChannel>(
  channel: C,
  ...args: Parameters<DesktopRequests[C]>
): ReturnType<DesktopRequests[C]>;
function invoke(channel: DesktopChannel, ...args: unknown[]): Promise<unknown> {
  return ipcRenderer.invoke(channel, ...args).catch((error: unknown) => {
    // Electron names the channel in front of what the shell says; people read the rest.
    const said = error instanceof Error ? error.message : String(error);
    throw new Error(said.replace(/^Error invoking remote method '[^']*': (?:Error: )?/, ""));
  });
}

const argument = process.argv.find((word) => word.startsWith(BOOT));
// Nothing to expose on the page that says why the host did not start.
if (argument !== undefined) {
  // Our own main process wrote it, so it is not foreign data.
  const boot: DesktopBoot = JSON.parse(argument.slice(BOOT.length));
  const bridge: DesktopBridge = {
    hostUrl: boot.hostUrl,
    version: boot.version,
    platform: process.platform,
    revealDataFolder: () => invoke("desktop:reveal-data-folder"),
    state: () => invoke("desktop:state"),
    changeSettings: (change) => invoke("desktop:change-settings", change),
    connect: (remote, apiKey) => invoke("desktop:connect", remote, apiKey),
    exportDiagnostics: () => invoke("desktop:export-diagnostics"),
    takeAsks: () => invoke("desktop:take-asks"),
    onDidAsk(listener) {
      // The event itself stays here: it would hand the page a way to every channel.
      const heard = (): void => listener();
      ipcRenderer.on(ASKED, heard);
      return () => ipcRenderer.off(ASKED, heard);
    },
  };
  // The context bridge hands the page a frozen copy; nothing of Electron or Node crosses with it.
  contextBridge.exposeInMainWorld("nextplate", bridge);
}
