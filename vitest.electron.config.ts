import { defineConfig } from "vitest/config";

/** The desktop app in a real Electron; needs a display and a built app (`npm run test:electron` builds it). */
export default defineConfig({
  test: {
    name: "electron",
    environment: "node",
    include: ["test/e2e-electron/**/*.test.ts"],
    reporters: ["default", "./test/support/plainLine.ts"],
    testTimeout: 90_000,
    hookTimeout: 90_000,
    // One display, one focus: apps that are looked at take turns.
    fileParallelism: false,
  },
});
