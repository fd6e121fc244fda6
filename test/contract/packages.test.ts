import { globSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, matchesGlob, posix } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import config, { packageFiles, targetPlatform } from "../../build/electron-builder.config.ts";

const TARGETS = [
  { platform: "linux", arch: "x64" },
  { platform: "linux", arch: "arm64" },
  { platform: "win32", arch: "x64" },
  { platform: "win32", arch: "arm64" },
  { platform: "darwin", arch: "x64" },
  { platform: "darwin", arch: "arm64" },
] as const;

type Target = (typeof TARGETS)[number];

/** As much of electron-builder's inside as writes desktop entries. */
interface LinuxTargets {
  readonly LinuxTargetHelper: new (packager: {
    readonly config: unknown;
    readonly info: { readonly metadata: unknown };
    readonly appInfo: Readonly<Record<string, string>>;
    readonly executableName: string | null | undefined;
    readonly platformSpecificBuildOptions: unknown;
    readonly fileAssociations: unknown;
    readonly getTempFile: (ending: string) => Promise<string>;
  }) => {
    computeDesktopEntry(options: unknown): Promise<string>;
    computeMimeTypeFiles(): Promise<string | null>;
    getDesktopFileName(): string;
  };
}

/** Every file of the checkout and of the modules a package could take in, except what is built. */
const candidates = globSync([
  "package.json",
  "node_modules/@photostructure/**/*",
  "node_modules/node-gyp-build/**/*",
  "build/**/*",
]).map((file) => file.replaceAll("\\", "/"));
const built = [
  "out/main/index.js",
  "out/main/index.js.map",
  "out/preload/index.cjs",
  "out/renderer/index.html",
];

/** electron-builder's rule: the last pattern that matches decides. */
function packed(file: string, { platform, arch }: Target): boolean {
  let taken = false;
  for (const pattern of packageFiles(platform)) {
    const out = pattern.startsWith("!");
    const glob = posix.normalize((out ? pattern.slice(1) : pattern).replace("${arch}", arch));
    if (matchesGlob(file, glob)) taken = !out;
  }
  return taken;
}

describe.each(TARGETS)("the package for $platform $arch", (target) => {
  const files = [...candidates, ...built].filter((file) => packed(file, target));

  it("holds the app and the SQLite binding with this target's prebuild alone", () => {
    expect(files).toEqual(
      expect.arrayContaining(["package.json", "out/main/index.js", "out/preload/index.cjs"]),
    );
    expect(files.filter((file) => file.endsWith(".node"))).toEqual([
      `node_modules/@photostructure/sqlite/prebuilds/${target.platform}-${target.arch}/@photostructure+sqlite.glibc.node`,
    ]);
    expect(files).toContain("node_modules/node-gyp-build/node-gyp-build.js");
  });

  it("holds no source map and nothing that was bundled", () => {
    expect(files.filter((file) => file.endsWith(".map"))).toEqual([]);
    const modules = files.filter((file) => file.startsWith("node_modules/"));
    const names = new Set(modules.map((file) => file.split("/").slice(1, 3).join("/")));
    expect(
      [...names].filter((name) => !/^(@photostructure\/sqlite|node-gyp-build\/)/.test(name)),
    ).toEqual([]);
  });
});

/** Every package that is promised: its system, its processors, where its icon comes from. */
const PACKAGES = [
  ...["AppImage", "deb", "rpm", "tar.gz"].map((name) => ({ name, platform: "linux" as const })),
  ...["nsis", "portable"].map((name) => ({ name, platform: "win32" as const })),
  ...["dmg", "zip"].map((name) => ({ name, platform: "darwin" as const })),
];

describe.each(PACKAGES)("$name", ({ name, platform }) => {
  const section = { linux: config.linux, win32: config.win, darwin: config.mac }[platform];

  it("is configured, with both processors' prebuilds at hand", () => {
    const names = z
      .array(z.union([z.string(), z.object({ target: z.string() })]))
      .parse(section?.target)
      .map((target) => (typeof target === "string" ? target : target.target));
    expect(names).toContain(name);
    for (const target of TARGETS.filter((known) => known.platform === platform)) {
      const files = [...candidates, ...built].filter((file) => packed(file, target));
      const [prebuild = ""] = files.filter((file) => file.endsWith(".node"));
      expect(machineOf(readFileSync(prebuild))).toBe(`${target.platform} ${target.arch}`);
    }
  });

  it("has an icon its system can show", () => {
    const icon = z.string().parse(section?.icon);
    const sizes = statSync(icon).isDirectory()
      ? globSync(`${icon}/*x*.png`).map((file) => widthOf(readFileSync(file)))
      : [widthOf(readFileSync(icon))];
    // Windows wants 256, macOS 512; Linux one of each size that docks and menus use.
    const wanted = platform === "linux" ? [16, 32, 48, 128, 256, 512] : [];
    expect(sizes).toEqual(expect.arrayContaining(wanted));
    expect(Math.max(...sizes)).toBeGreaterThanOrEqual(512);
  });

  it("is on the list of releases as not built yet, with the whole command", () => {
    const row = readFileSync("docs/release.md", "utf8")
      .split("\n")
      .find((line) => line.startsWith("|") && line.split("|")[1]?.includes(name));
    const system = { linux: "linux", win32: "win", darwin: "mac" }[platform];
    const command = `npm run build && npx electron-builder --config build/electron-builder.config.ts --${system}`;
    expect(row).toContain(command);
    expect(row).toContain("not built yet");
  });
});

/** System and processor of a native library, by its own header. */
function machineOf(bytes: Buffer): string {
  if (bytes.readUInt32BE(0) === 0x7f454c46) {
    return `linux ${{ 0x3e: "x64", 0xb7: "arm64" }[bytes.readUInt16LE(18)]}`;
  }
  if (bytes.toString("latin1", 0, 2) === "MZ") {
    const header = bytes.readUInt32LE(0x3c);
    return `win32 ${{ 0x8664: "x64", 0xaa64: "arm64" }[bytes.readUInt16LE(header + 4)]}`;
  }
  return `darwin ${{ 0x01000007: "x64", 0x0100000c: "arm64" }[bytes.readUInt32LE(4)]}`;
}

/** Of a PNG: the width stands at byte 16. */
function widthOf(png: Buffer): number {
  return png.readUInt32BE(16);
}

describe("the packages' configuration", () => {
  it("is what electron-builder's schema allows", async () => {
    const require = createRequire(createRequire(import.meta.url).resolve("electron-builder"));
    const builder: {
      validateConfiguration: (
        config: unknown,
        log: { isEnabled: boolean; add(): void },
      ) => Promise<void>;
    } = require("app-builder-lib/out/util/config/config.js");
    const log = { isEnabled: false, add() {} };
    await expect(builder.validateConfiguration(config, log)).resolves.toBeUndefined();
    const wrong = { ...config, linux: { targets: ["deb"] } };
    await expect(builder.validateConfiguration(wrong, log)).rejects.toThrow("configuration.linux");
  });

  it("packs for the system the command line names, which need not be this one", () => {
    expect(targetPlatform(["--win", "--x64"], "linux")).toBe("win32");
    expect(targetPlatform(["--mac"], "linux")).toBe("darwin");
    expect(targetPlatform([], "darwin")).toBe("darwin");
    expect(config.files).toEqual(packageFiles(targetPlatform([], process.platform)));
  });

  it("names every promised target, the protocol and the files it opens", () => {
    expect(config.linux?.target).toEqual(["AppImage", "deb", "rpm", "tar.gz"]);
    expect(config.win?.target).toEqual(["nsis", "portable"]);
    expect(config.mac?.target).toEqual([
      { target: "dmg", arch: "universal" },
      { target: "zip", arch: "universal" },
    ]);
    expect(JSON.stringify(config.protocols)).toContain('"nextplate"');
    expect(JSON.stringify(config.fileAssociations)).toContain('"gcode"');
  });

  it("gives Linux a desktop entry that opens each kind of file and link, under the name windows have", async () => {
    const folder = mkdtempSync(join(tmpdir(), "nextplate-entry-"));
    try {
      const require = createRequire(createRequire(import.meta.url).resolve("electron-builder"));
      const {
        LinuxTargetHelper,
      }: LinuxTargets = require("app-builder-lib/out/targets/LinuxTargetHelper.js");
      const manifest = z
        .object({ desktopName: z.string(), description: z.string(), productName: z.string() })
        .parse(JSON.parse(readFileSync("package.json", "utf8")));
      const { productName, description } = manifest;
      const helper = new LinuxTargetHelper({
        config,
        info: { metadata: manifest },
        appInfo: { productName, description, sanitizedProductName: productName },
        executableName: config.linux?.executableName,
        platformSpecificBuildOptions: config.linux,
        fileAssociations: config.fileAssociations,
        getTempFile: (ending) => Promise.resolve(join(folder, `mime${ending}`)),
      });
      const entry = await helper.computeDesktopEntry(config.linux ?? {});
      const lines = new Map(
        entry
          .split("\n")
          .map((line): [string, string] => [
            line.slice(0, line.indexOf("=")),
            line.slice(line.indexOf("=") + 1),
          ]),
      );
      expect(lines.get("Exec")).toBe("/opt/Nextplate/nextplate %U");
      expect(lines.get("Categories")).toBe("Utility;");
      // Electron names windows by `desktopName`: docks find entry, icon and progress by it.
      expect(`${helper.getDesktopFileName()}.desktop`).toBe(manifest.desktopName);
      expect(`${lines.get("StartupWMClass")}.desktop`).toBe(manifest.desktopName);
      expect(lines.get("MimeType")?.split(";")).toEqual(
        expect.arrayContaining(["x-scheme-handler/nextplate", "text/x.gcode", "application/x-ufp"]),
      );
      const mime = readFileSync((await helper.computeMimeTypeFiles()) ?? "", "utf8");
      const globs = [...mime.matchAll(/glob pattern="([^"]*)"/g)].map(([, glob]) => glob);
      expect(globs).toEqual(["*.gcode", "*.gco", "*.g", "*.ufp"]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("has an icon of every size, each of the size its name says", () => {
    for (const size of [16, 24, 32, 48, 64, 128, 256, 512, 1024]) {
      const png = readFileSync(`build/icons/${size}x${size}.png`);
      // The header of a PNG: width and height at byte 16.
      expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([size, size]);
    }
    for (const file of [config.win?.icon, config.mac?.icon]) {
      expect(statSync(z.string().parse(file)).size).toBeGreaterThan(1000);
    }
  });

  it("closes every fuse a release must have closed", () => {
    expect(config.electronFuses).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      grantFileProtocolExtraPrivileges: false,
    });
  });
});
