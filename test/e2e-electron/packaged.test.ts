import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import config from "../../build/electron-builder.config.ts";
import { electronExecutable, temporaryFolder } from "../support/electronApp.ts";
import { readFuses } from "../support/fuses.ts";

const executable = electronExecutable();
const asar = join(dirname(executable), "resources", "app.asar");

/** The Electron this package was made of, taken out of it again: a release is made of the same. */
function distributionIn(folder: string): string {
  const distribution = join(folder, "electron");
  const packaged = dirname(executable);
  cpSync(packaged, distribution, {
    recursive: true,
    filter: (file) => dirname(file) !== join(packaged, "resources"),
  });
  renameSync(join(distribution, basename(executable)), join(distribution, "electron"));
  renameSync(join(distribution, "LICENSE.electron.txt"), join(distribution, "LICENSE"));
  return distribution;
}

/** Hashes of all files by their path, sorted. */
function filesBelow(folder: string): Map<string, string> {
  const names = globSync("**/*", { cwd: folder }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  );
  const hashOf = (name: string): string =>
    createHash("sha256")
      .update(readFileSync(join(folder, name)))
      .digest("hex");
  return new Map(names.toSorted().map((name) => [name, hashOf(name)]));
}

function differingBytes(one: string, other: string): number {
  const [a, b] = [readFileSync(one), readFileSync(other)];
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let differing = 0;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) differing++;
  return differing;
}

describe("the packaged app", () => {
  const root = process.getuid?.() === 0 ? ["--no-sandbox"] : [];

  it("has the release's fuses in its binary, but for the debugger's that tests need", () => {
    const { enableNodeCliInspectArguments, ...others } = readFuses(executable);
    const { enableNodeCliInspectArguments: released, ...expected } = config.electronFuses ?? {};
    expect(others).toMatchObject(expected);
    expect(released).toBe(false);
    expect(enableNodeCliInspectArguments).toBe(true);
  });

  it(
    "differs from a release in that one fuse: every other byte of every file is the same",
    { timeout: 240_000 },
    async () => {
      const folder = await temporaryFolder();
      try {
        const distribution = distributionIn(folder.path);
        const { NEXTPLATE_INSPECTABLE: _, ...env } = process.env;
        const built = spawnSync(
          "npx",
          [
            "electron-builder",
            "--config",
            "build/electron-builder.config.ts",
            "--linux",
            "dir",
            `-c.electronDist=${distribution}`,
            `-c.electronVersion=${readFileSync(join(distribution, "version"), "utf8").trim()}`,
            `-c.directories.output=${folder.path}`,
          ],
          // A linked copy would share its fuses.
          { env: { ...env, USE_HARD_LINKS: "false" }, timeout: 200_000 },
        );
        expect(`${built.status} ${built.stdout.toString()}`).toMatch(/^0 /);
        const release = join(folder.path, "linux-unpacked");
        const [ours, theirs] = [filesBelow(dirname(executable)), filesBelow(release)];
        expect([...theirs.keys()]).toEqual([...ours.keys()]);
        const different = [...ours].filter(([name, hash]) => theirs.get(name) !== hash);
        expect(different.map(([name]) => name)).toEqual([basename(executable)]);
        const fuses = readFuses(join(release, basename(executable)));
        expect(fuses).toEqual({ ...readFuses(executable), enableNodeCliInspectArguments: false });
        expect(differingBytes(executable, join(release, basename(executable)))).toBe(1);
      } finally {
        await folder.forget();
      }
    },
  );

  it("does not run as Node, whatever the environment says", () => {
    const { stdout } = spawnSync(executable, ["-e", "console.log('ran as node')"], {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" },
      timeout: 3_000,
    });
    expect(stdout.toString()).not.toContain("ran as node");
  });

  it("runs nothing but its asar: a folder beside it is not loaded", async () => {
    const folder = await temporaryFolder();
    try {
      const copy = join(folder.path, "app");
      cpSync(dirname(executable), copy, { recursive: true });
      rmSync(join(copy, "resources", "app.asar"));
      const other = join(copy, "resources", "app");
      mkdirSync(other);
      writeFileSync(join(other, "package.json"), '{"name":"other","main":"index.js"}');
      writeFileSync(join(other, "index.js"), "console.log('other code ran'); process.exit(0);");
      const { stdout } = spawnSync(join(copy, basename(executable)), [...root, "--disable-gpu"], {
        timeout: 5_000,
      });
      expect(stdout.toString()).not.toContain("other code ran");
    } finally {
      await folder.forget();
    }
  });

  it("is under 6 MB of code, with one native binding and no source map", () => {
    const megabytes = statSync(asar).size / 1e6;
    expect(megabytes).toBeLessThan(6);
    const list = spawnSync("npx", ["asar", "list", asar]).stdout.toString().split("\n");
    expect(list.filter((file) => file.endsWith(".map"))).toEqual([]);
    expect(list.filter((file) => file.endsWith(".node"))).toHaveLength(1);
    expect(list).toContain("/out/main/index.js");
  });
});
