import { resolve } from "node:path";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";

/**
 * On a build machine what goes over sockets, processes and browsers may try again: the machine's own hiccups
 * pass, a bug fails every time. Pure logic gets no second chance anywhere.
 */
const SECOND_CHANCES = process.env["CI"] === undefined ? 0 : 2;

const node = (name: string, timeout: number, parallel = true) => ({
  extends: true as const,
  test: {
    name,
    environment: "node" as const,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: timeout,
    hookTimeout: timeout,
    fileParallelism: parallel,
    retry: name === "unit" ? 0 : SECOND_CHANCES,
    maxConcurrency: 16,
  },
});

export default defineConfig({
  resolve: { alias: { "@": resolve("renderer/src") } },
  test: {
    reporters: ["default", "./test/support/plainLine.ts"],
    coverage: {
      provider: "v8",
      include: ["electron/**/*.ts", "shared/**/*.ts", "renderer/src/**/*.{ts,vue}"],
    },
    projects: [
      node("unit", 20_000),
      {
        extends: true,
        plugins: [vue()],
        test: {
          name: "component",
          environment: "happy-dom",
          include: ["test/component/**/*.test.ts"],
        },
      },
      node("contract", 60_000),
      node("integration", 90_000),
      node("e2e", 120_000, false),
      // Needs curl and Python 3, which the other tests do not: `npm run test:examples`.
      node("examples", 90_000),
    ],
  },
});
