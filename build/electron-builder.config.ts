import { existsSync } from "node:fs";
import type { Configuration } from "electron-builder";

const SQLITE = "node_modules/@photostructure/sqlite";

/**
 * Tests drive a packaged app over the inspector; a release must not answer it. The variable is the only
 * difference between the two.
 */
const inspectable = process.env.NEXTPLATE_INSPECTABLE === "1";

type TargetPlatform = "linux" | "win32" | "darwin";

/** For which system the command line builds; without a word on it, for this one. */
export function targetPlatform(argv: readonly string[], own: string): TargetPlatform {
  if (argv.includes("--win")) return "win32";
  if (argv.includes("--mac")) return "darwin";
  if (argv.includes("--linux")) return "linux";
  return own === "win32" || own === "darwin" ? own : "linux";
}

/**
 * What goes into a package for one system: that system's prebuild alone. electron-builder's own `platform`
 * macro is that of the building machine, and files named per platform replace those named for all.
 */
export function packageFiles(platform: TargetPlatform): string[] {
  return [
    // Later patterns win. Everything but the SQLite binding was bundled, and Node itself (an optional
    // dependency that puts the right version on PATH of the scripts) is inside Electron already.
    "out/**",
    "package.json",
    "!**/*.map",
    "!node_modules/**",
    `${SQLITE}/package.json`,
    `${SQLITE}/LICENSE`,
    `${SQLITE}/dist/index.{cjs,mjs}`,
    `${SQLITE}/dist/chunk-*.mjs`,
    `${SQLITE}/prebuilds/${platform}-\${arch}/*.glibc.node`,
    "node_modules/node-gyp-build/{package.json,LICENSE,index.js,node-gyp-build.js}",
  ];
}

/** The key that updates are checked with; a package built without it takes no update. See docs/release.md. */
const UPDATE_KEY = "build/update-key.pem";

const config: Configuration = {
  appId: "io.github.nextplate",
  productName: "Nextplate",
  copyright: "MIT licence, the Nextplate authors",
  directories: { output: "release", buildResources: "build/icons" },
  asar: true,
  // The binding is an N-API prebuild: it fits every Electron, there is nothing to rebuild.
  npmRebuild: false,
  files: packageFiles(targetPlatform(process.argv, process.platform)),
  extraResources: [
    // For GTK's about box, which cannot look into the archive.
    { from: "build/icons/128x128.png", to: "icon.png" },
    ...(existsSync(UPDATE_KEY) ? [{ from: UPDATE_KEY, to: "update-key.pem" }] : []),
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
  protocols: [{ name: "Nextplate", schemes: ["nextplate"] }],
  fileAssociations: [
    // One each: on Linux a list of endings would become one pattern that fits no file.
    ...["gcode", "gco", "g"].map((ext) => ({
      ext,
      name: "G-code",
      description: "G-code for a 3D printer",
      mimeType: "text/x.gcode",
      role: "Viewer" as const,
    })),
    {
      ext: "ufp",
      name: "Ultimaker Format Package",
      description: "G-code with its pictures",
      mimeType: "application/x-ufp",
      role: "Viewer",
    },
  ],
  // Where electron-updater looks; a folder build has no updates.
  publish: [{ provider: "github", owner: "nextplate", repo: "nextplate", vPrefixedTagName: true }],
  linux: {
    target: ["AppImage", "deb", "rpm", "tar.gz"],
    category: "Utility",
    executableName: "nextplate",
    desktop: {
      entry: {
        Keywords: "3D;printer;Klipper;Moonraker;queue;farm;",
        StartupWMClass: "nextplate",
      },
    },
    icon: "build/icons",
    synopsis: "Job queues for Klipper print farms",
    maintainer: "The Nextplate authors <maintainers@nextplate.invalid>",
  },
  win: {
    target: ["nsis", "portable"],
    icon: "build/icons/1024x1024.png",
    verifyUpdateCodeSignature: true,
  },
  nsis: { oneClick: false, perMachine: false, allowToChangeInstallationDirectory: true },
  portable: { artifactName: "${productName}-${version}-portable.${ext}" },
  mac: {
    target: [
      { target: "dmg", arch: "universal" },
      { target: "zip", arch: "universal" },
    ],
    // The prebuilds of both processors lie side by side; they are not merged into one.
    x64ArchFiles: "**/*.node",
    mergeASARs: true,
    icon: "build/icons/1024x1024.png",
    category: "public.app-category.utilities",
    hardenedRuntime: true,
  },
};

export default config;
