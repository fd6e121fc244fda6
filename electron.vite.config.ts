import { resolve } from "node:path";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "electron-vite";

// Entry paths are absolute: a top-level folder named `electron/` would otherwise be taken for the package.
export default defineConfig({
  main: {
    build: {
      outDir: "out/main",
      rollupOptions: {
        input: {
          index: resolve("electron/main/index.ts"),
          headless: resolve("electron/headless.ts"),
          metadataWorker: resolve("electron/host/library/metadataWorker.ts"),
        },
        // Beside the entries: electron/paths.ts finds its neighbours relative to its own file.
        output: { chunkFileNames: "[name]-[hash].js" },
      },
    },
  },
  preload: {
    build: {
      outDir: "out/preload",
      rollupOptions: {
        input: { index: resolve("electron/preload/index.ts") },
        // The preload of a sandboxed window must be CommonJS.
        output: { format: "cjs", entryFileNames: "[name].cjs" },
      },
    },
  },
  renderer: {
    root: "renderer",
    build: {
      outDir: "out/renderer",
      minify: true,
      rollupOptions: { input: resolve("renderer/index.html") },
    },
    plugins: [vue()],
    resolve: { alias: { "@": resolve("renderer/src") } },
  },
});
