import { resolve } from "node:path";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "electron-vite";
import type { Plugin } from "vite";

/**
 * An import of `node:http` as a module reads all it exports, also the WebSocket of Node's own fetch, and
 * with it everything fetch is made of: 70 ms of CPU and 5 MB at each start. Taken from Node as an
 * object, what nobody asks for stays unread.
 */
const httpWithoutFetch: Plugin = {
  name: "http-without-fetch",
  renderChunk(code) {
    const taken = code.replaceAll(
      /^import \{([^}]*)\} from "node:http";$/gm,
      (_, names: string) =>
        `const {${names.replaceAll(" as ", ": ")}} = process.getBuiltinModule("node:http");`,
    );
    if (/^import .*"node:http";$/m.test(taken)) this.error("node:http is imported in another form");
    return taken === code ? null : { code: taken, map: null };
  },
};

// Entry paths are absolute: a top-level folder named `electron/` would otherwise be taken for the package.
export default defineConfig({
  main: {
    plugins: [httpWithoutFetch],
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
