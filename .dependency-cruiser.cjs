/** Import directions of ARCHITECTURE.md, "Rooms". One rule per arrow that must not exist. */
const forbid = (name, from, to) => ({ name, severity: "error", from, to });
module.exports = {
  forbidden: [
    forbid("no-circular", {}, { circular: true }),
    forbid("shared-is-pure", { path: "^shared" }, { pathNot: "^shared|^node_modules/zod/" }),
    forbid("shared-no-node", { path: "^shared" }, { dependencyTypes: ["core"] }),
    forbid(
      "host-is-electron-free",
      { path: "^electron/(host|simulator|headless)" },
      { path: "^node_modules/electron/|^electron/(main|preload)" },
    ),
    forbid("host-not-simulator", { path: "^electron/host" }, { path: "^electron/simulator" }),
    forbid(
      "simulator-imports-shared-only",
      { path: "^electron/simulator" },
      { path: "^electron/(?!simulator)|^renderer" },
    ),
    forbid(
      "preload-imports-shared-only",
      { path: "^electron/preload" },
      { path: "^electron/(host|main|simulator)|^renderer" },
    ),
    forbid(
      "command-line-is-a-client",
      { path: "^electron/cli" },
      { path: "^electron/(main|preload|simulator|host/(?!link/websocketTransport))|^renderer" },
    ),
    forbid("electron-not-renderer", { path: "^electron" }, { path: "^renderer" }),
    forbid(
      "renderer-not-electron",
      { path: "^renderer" },
      { path: "^electron|^node_modules/electron/" },
    ),
    forbid("renderer-no-node", { path: "^renderer" }, { dependencyTypes: ["core"] }),
    forbid(
      "low-rooms-know-no-engine-no-server",
      { path: "^electron/host/(store|link|library|log|discovery)/" },
      { path: "^electron/host/(engine|server)/" },
    ),
    forbid(
      "engine-knows-no-server",
      { path: "^electron/host/engine/" },
      { path: "^electron/host/server/" },
    ),
    forbid(
      "engine-and-server-see-interfaces-only",
      { path: "^electron/host/(engine|server)/" },
      {
        path: "^electron/host/(store|link|library)/",
        pathNot:
          "^electron/host/(store/(queueStore|settingsStore|printerStore|historyStore|accessJournal|backups)|link/printerLink|library/(library|stager))\\.ts$",
      },
    ),
    forbid(
      "product-not-test",
      { path: "^(electron|shared|renderer)" },
      { path: "^(test|build)/", pathNot: "^build/icons/.*png$" },
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^out/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.web.json" },
    enhancedResolveOptions: {
      extensions: [".ts", ".vue", ".js"],
      conditionNames: ["import", "node", "default"],
      exportsFields: ["exports"],
    },
  },
};
