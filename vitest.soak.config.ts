import { defineConfig } from "vitest/config";

/**
 * The long mode of what `npm test` runs short: every kill point twice behind both links, 200 random kills,
 * 240,000 lives of a queue, half of them at a bare Klipper, and a farm's day of 72 minutes (`SOAK_MINUTES`).
 */
export default defineConfig({
  test: {
    name: "soak",
    environment: "node",
    include: [
      "test/integration/killMatrix.test.ts",
      "test/integration/soak.test.ts",
      "test/unit/engine/engineProperties.test.ts",
    ],
    env: {
      NEXTPLATE_SOAK: "1",
      ENGINE_RUNS: process.env["ENGINE_RUNS"] ?? "40000",
      SOAK_MINUTES: process.env["SOAK_MINUTES"] ?? "72",
    },
    reporters: ["default", "./test/support/plainLine.ts"],
    testTimeout: 10_800_000,
    hookTimeout: 10_800_000,
    // The kill matrix has four hosts of its own side by side.
    fileParallelism: false,
  },
});
