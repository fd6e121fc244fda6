import { FarmConnection } from "#shared/client/farmConnection.ts";
import type { PrinterView } from "#shared/contract/farm.ts";
import { systemClock } from "#shared/util/clock.ts";
import { openWebsocket } from "../host/link/websocketTransport.ts";
import { find } from "./commands.ts";
import { activityLine } from "./farmText.ts";
import type { HostClient } from "./hostClient.ts";

export interface WatchOptions {
  /** Ids or names; none = all. */
  readonly printers: readonly string[];
  readonly json: boolean;
  readonly version: string;
  readonly print: (line: string) => void;
  /** What is not part of the answer: that the host was lost, that it is back. */
  readonly note: (line: string) => void;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * Writes what changes until it is told to end, also across a lost connection. Rejects with
 * `UnreachableError` when there is no host at the start, and with `not_found` for an unknown printer.
 */
export async function watch(host: HostClient, options: WatchOptions): Promise<void> {
  const { printers: wanted, json, print, note, signal } = options;
  const { printers: views } = await host.call("farm.printers.list", {});
  const chosen = new Set<string>(wanted.map((name) => find(views, name).id));
  const socket = new URL("websocket", host.url.replace(/^http/, "ws")).href;
  const connection = new FarmConnection({
    open: (aborted) =>
      openWebsocket(socket, { apiKey: host.key, clock: systemClock, signal: aborted }),
    clock: systemClock,
    random: Math.random,
    client: { name: "Command line", type: "other", url: host.url },
    version: options.version,
  });
  const last = new Map<string, string>();
  const show = (view: PrinterView): void => {
    if (chosen.size > 0 && !chosen.has(view.id)) return;
    const line = activityLine(view);
    if (last.get(view.id) === line) return;
    last.set(view.id, line);
    print(json ? JSON.stringify({ time: systemClock.now() / 1000, ...view }) : stamped(line));
  };
  connection.onDidReceiveSnapshot(({ printers }) => printers.forEach(show));
  connection.onDidChangePrinter(({ id, printer }) => {
    if (printer !== null) return show(printer);
    last.delete(id);
    print(
      json
        ? JSON.stringify({ time: systemClock.now() / 1000, id, removed: true })
        : stamped(`${id}: removed`),
    );
  });
  connection.onDidChangeState((state) => {
    if (state.kind === "lost") note(`the host is lost (${state.reason}); trying again`);
  });
  if (signal.aborted) return;
  const ended = new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  connection.start();
  await ended;
  connection.stop();
}

function stamped(line: string): string {
  return `${new Date().toLocaleTimeString("sv")} ${line}`;
}
