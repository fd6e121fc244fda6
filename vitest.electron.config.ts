import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { configDefaults, defineConfig } from "vitest/config";

/** The built app has neither asar nor fuses of its own: what is shown of them needs a package. */
const packaged =
  process.env.ELECTRON_EXEC !== undefined &&
  existsSync(join(dirname(process.env.ELECTRON_EXEC), "resources", "app.asar"));

/** The desktop app in a real Electron; needs a display and a built app (`npm run test:electron` builds it). */
export default defineConfig({
  test: {
    name: "electron",
    environment: "node",
    include: ["test/e2e-electron/**/*.test.ts"],
    exclude: [...configDefaults.exclude, ...(packaged ? [] : ["**/packaged*.test.ts"])],
    reporters: ["default", "./test/support/plainLine.ts"],
    testTimeout: 90_000,
    hookTimeout: 90_000,
    // One display, one focus: apps that are looked at take turns.
    fileParallelism: false,
    // A build machine's hiccups pass, a bug fails every time.
    retry: process.env["CI"] === undefined ? 0 : 2,
  },
});
