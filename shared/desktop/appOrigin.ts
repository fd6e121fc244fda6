/** The page's own origin in the desktop app. */
export const APP_ORIGIN = "nextplate://app";
