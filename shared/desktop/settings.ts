import * as z from "zod";

/** Minutes since midnight of this computer's clock. */
const Minute = z.int().min(0).max(1439);

/** What a person is told about by a notification: they may be anywhere, also where a window is open on a screen. */
export const NoticeKind = z.enum(["plate", "failed", "paused", "link"]);
export type NoticeKind = z.output<typeof NoticeKind>;

/** The host the window shows instead of the built-in one. Its key lies elsewhere, encrypted. */
export const RemoteHost = z.object({
  url: z
    .url({ protocol: /^https?$/ })
    .max(300)
    // A password in an address would lie on the disk in the clear.
    .refine((url) => !/^[^/]*\/\/[^/?#]*@/.test(url)),
});
export type RemoteHost = z.output<typeof RemoteHost>;

/** What belongs to the app on this computer rather than to the farm. */
export const DesktopSettings = z.object({
  /** Of what the app says outside its page: the one chosen there, or the system's. */
  language: z.enum(["system", "en", "de"]),
  notify: z.record(NoticeKind, z.boolean()),
  /** From `from` to `to`, over midnight where `to` is the smaller; null = never quiet. */
  quietHours: z.object({ from: Minute, to: Minute }).nullable(),
  openAtLogin: z.boolean(),
  /** With the tray: at login the app starts without a window. */
  startHidden: z.boolean(),
  /** A tray icon; closing the window then leaves the queues running. */
  tray: z.boolean(),
  /** The computer does not go to sleep while a print runs. */
  keepAwake: z.boolean(),
  remote: RemoteHost.nullable(),
  updates: z.enum(["stable", "beta", "off"]),
});
export type DesktopSettings = z.output<typeof DesktopSettings>;

/** `remote` is changed by `desktop:connect`, which takes its key too. */
export const DesktopSettingsChange = DesktopSettings.omit({ remote: true }).partial().strict();
export type DesktopSettingsChange = z.output<typeof DesktopSettingsChange>;

export const DEFAULT_SETTINGS: DesktopSettings = {
  language: "system",
  notify: { plate: true, failed: true, paused: true, link: true },
  quietHours: null,
  openAtLogin: false,
  startHidden: false,
  tray: true,
  keepAwake: true,
  remote: null,
  updates: "stable",
};

/** Reads stored settings field by field: one that cannot be read has its default, the others stay. */
export function readSettings(stored: unknown): DesktopSettings {
  const fields = z.record(z.string(), z.unknown()).safeParse(stored).data ?? {};
  const kept = Object.entries(fields).filter(
    ([name, value]) => DesktopSettings.partial().safeParse({ [name]: value }).success,
  );
  return DesktopSettings.parse({ ...DEFAULT_SETTINGS, ...Object.fromEntries(kept) });
}

/** The settings with some of them changed; what is undefined stays. */
export function mergeSettings(
  settings: DesktopSettings,
  change: { readonly [K in keyof DesktopSettings]?: DesktopSettings[K] | undefined },
): DesktopSettings {
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  return DesktopSettings.parse({ ...settings, ...Object.fromEntries(given) });
}
