import type { Configuration } from "electron-builder";

const SQLITE = "node_modules/@photostructure/sqlite";

/**
 * Tests drive a packaged app over the inspector; a release must not answer it. The variable is the only
 * difference between the two.
 */
const inspectable = process.env.NEXTPLATE_INSPECTABLE === "1";

const config: Configuration = {
  appId: "io.github.nextplate",
  productName: "Nextplate",
  copyright: "MIT licence, the Nextplate authors",
  directories: { output: "release", buildResources: "build/icons" },
  asar: true,
  // The binding is an N-API prebuild: it fits every Electron, there is nothing to rebuild.
  npmRebuild: false,
  // Later patterns win. Everything but the SQLite binding was bundled, and Node itself (an optional
  // dependency that puts the right version on PATH of the scripts) is inside Electron already.
  files: [
    "out/**",
    "package.json",
    "!**/*.map",
    "!node_modules/**",
    `${SQLITE}/package.json`,
    `${SQLITE}/LICENSE`,
    `${SQLITE}/dist/index.{cjs,mjs}`,
    `${SQLITE}/dist/chunk-*.mjs`,
    `${SQLITE}/prebuilds/\${platform}-\${arch}/*.node`,
    "!**/*.musl.node",
    "node_modules/node-gyp-build/{package.json,LICENSE,index.js,node-gyp-build.js}",
  ],
  electronFuses: {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: inspectable,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
  },
  linux: {
    target: ["AppImage", "deb", "tar.gz"],
    category: "Utility",
    icon: "build/icons",
    synopsis: "Job queues for Klipper print farms",
    maintainer: "The Nextplate authors <maintainers@nextplate.invalid>",
  },
  win: { target: ["nsis", "portable"], icon: "build/icons/1024x1024.png" },
  nsis: { oneClick: false, allowToChangeInstallationDirectory: true },
  mac: {
    target: ["dmg", "zip"],
    icon: "build/icons/1024x1024.png",
    category: "public.app-category.utilities",
    hardenedRuntime: true,
  },
};

export default config;
