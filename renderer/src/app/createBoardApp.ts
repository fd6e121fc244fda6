import { createPinia } from "pinia";
import { createApp, type App as VueApp, watchEffect } from "vue";
import type { FarmChanged } from "#shared/contract/farm.ts";
import type { Clock } from "#shared/util/clock.ts";
import App from "../App.vue";
import { createMessages } from "../i18n/messages.ts";
import { FarmConnection } from "#shared/client/farmConnection.ts";
import type { HostAddress } from "../rpc/hostAddress.ts";
import { uploadFile } from "../rpc/uploadFile.ts";
import { openWebSocket } from "../rpc/webSocketTransport.ts";
import { useConnectionStore } from "../stores/connectionStore.ts";
import { useFarmStore } from "../stores/farmStore.ts";
import { inBatches } from "../stores/inBatches.ts";
import { usePreferencesStore } from "../stores/preferencesStore.ts";
import { useThemeStore } from "../stores/themeStore.ts";
import { HOST } from "./hostAccess.ts";

export interface BoardOptions {
  readonly address: HostAddress;
  readonly version: string;
  readonly clock: Clock;
  readonly random: () => number;
}

export interface Board {
  readonly app: VueApp;
  readonly connection: FarmConnection;
}

/** The page's composition root: one connection to the host, its facts into the stores, the app on top. */
export function createBoardApp(options: BoardOptions): Board {
  const { address, clock } = options;
  const connection = new FarmConnection({
    open: (signal) => openWebSocket(address.websocket, signal),
    clock,
    random: options.random,
    version: options.version,
    client: { name: "Nextplate board", type: "web", url: address.http },
  });
  const pinia = createPinia();
  const farm = useFarmStore(pinia);
  const state = useConnectionStore(pinia);
  const changes = inBatches((batch: readonly FarmChanged[]) => farm.applyChanges(batch));
  connection.onDidReceiveSnapshot((snapshot) => {
    changes.clear();
    const receivedAt = clock.now();
    // In a task of its own: reading hundreds of printers has just taken one.
    setTimeout(() => farm.applySnapshot(snapshot, receivedAt));
  });
  connection.onDidChangePrinter((change) => changes.add(change));
  connection.onDidReceiveLive((moved) => farm.applyLive(moved));
  connection.onDidChangeState((next) => state.apply(next));
  useThemeStore(pinia);
  const preferences = usePreferencesStore(pinia);
  const messages = createMessages();
  watchEffect(() => void (messages.global.locale.value = preferences.language));

  const app = createApp(App);
  app.use(pinia);
  app.use(messages);
  app.provide(HOST, {
    address,
    call: connection.call,
    upload: uploadFile,
    retryNow: () => connection.retryNow(),
  });
  return { app, connection };
}
