import { onMounted, onScopeDispose, type ShallowRef, shallowRef } from "vue";
import type { DesktopBridge, DesktopState } from "#shared/desktop/ipc.ts";
import type { DesktopSettingsChange } from "#shared/desktop/settings.ts";
import { type Attempt, useAttempt } from "../../app/useAttempt.ts";
import { useMessages } from "../../i18n/messages.ts";

/** Milliseconds between two looks: an update may get ready, a tray may come. */
const LOOK_EVERY = 5_000;

export interface DesktopStateAccess {
  readonly state: ShallowRef<DesktopState | undefined>;
  /** Changes what is named. A refusal is said, and what is shown goes back to what is. */
  readonly change: (change: DesktopSettingsChange) => Promise<void>;
  /** Runs something of the shell's and says what went wrong with it. */
  readonly attempt: Attempt;
}

/** The app on this computer as its shell knows it, kept up to date while it is looked at. */
export function useDesktopState(bridge: DesktopBridge): DesktopStateAccess {
  const { t } = useMessages();
  const attempt = useAttempt();
  const state = shallowRef<DesktopState>();

  const load = (): Promise<void> =>
    attempt(t("desktop.title"), async () => {
      state.value = await bridge.state();
    });
  const change = (wanted: DesktopSettingsChange): Promise<void> =>
    attempt(t("desktop.title"), async () => {
      state.value = await bridge.changeSettings(wanted);
    });

  onMounted(() => void load());
  const timer = setInterval(() => void load(), LOOK_EVERY);
  onScopeDispose(() => clearInterval(timer));
  return { state, change, attempt };
}
