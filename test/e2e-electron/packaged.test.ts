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
import { readFuses, setFuse } from "../support/fuses.ts";

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

/** A copy of the package in which one fuse is as it is given: the check that looks at it must be able to fail. */
function copyWithFuse(folder: string, ...fuse: [Parameters<typeof setFuse>[1], boolean]): string {
  mkdirSync(folder, { recursive: true });
  const copy = join(folder, "app");
  spawnSync("cp", ["-al", dirname(executable), copy]);
  const program = join(copy, basename(executable));
  // A link to the package's own file must not be written through.
  rmSync(program);
  cpSync(executable, program);
  setFuse(program, ...fuse);
  return program;
}

/** Whether a program lets a debugger in that is asked for on its command line. */
function listens(program: string, dataDir: string): boolean {
  const words = [...root, "--disable-gpu", "--inspect=127.0.0.1:0", `--data-dir=${dataDir}`];
  const { stderr } = spawnSync(program, words, { timeout: 4_000 });
  return stderr.toString().includes("Debugger listening");
}

const root = process.getuid?.() === 0 ? ["--no-sandbox"] : [];

describe("the packaged app", () => {
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
        const data = join(folder.path, "data");
        expect(listens(executable, data)).toBe(true);
        expect(listens(join(release, basename(executable)), data)).toBe(false);
      } finally {
        await folder.forget();
      }
    },
  );

  it("does not run as Node, whatever the environment says", async () => {
    const ran = (program: string): boolean =>
      spawnSync(program, ["-e", "console.log('ran as node')"], {
        env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" },
        timeout: 5_000,
      })
        .stdout.toString()
        .includes("ran as node");
    const folder = await temporaryFolder();
    try {
      expect(ran(executable)).toBe(false);
      expect(ran(copyWithFuse(folder.path, "runAsNode", true))).toBe(true);
    } finally {
      await folder.forget();
    }
  });

  it("runs nothing but its asar: a folder beside it is not loaded", async () => {
    const ran = (program: string): boolean => {
      const resources = join(dirname(program), "resources");
      rmSync(join(resources, "app.asar"));
      const other = join(resources, "app");
      mkdirSync(other);
      writeFileSync(join(other, "package.json"), '{"name":"other","main":"index.js"}');
      writeFileSync(join(other, "index.js"), "console.log('other code ran'); process.exit(0);");
      const { stdout } = spawnSync(program, [...root, "--disable-gpu"], { timeout: 5_000 });
      return stdout.toString().includes("other code ran");
    };
    const folder = await temporaryFolder();
    try {
      const [own, other] = [join(folder.path, "own"), join(folder.path, "other")];
      expect(ran(copyWithFuse(own, "onlyLoadAppFromAsar", true))).toBe(false);
      expect(ran(copyWithFuse(other, "onlyLoadAppFromAsar", false))).toBe(true);
    } finally {
      await folder.forget();
    }
  });

  it("is under 6 MB of code, with one native binding and no source map", () => {
    const megabytes = statSync(asar).size / 1e6;
    expect(megabytes).toBeLessThan(6);
    const list = spawnSync("npx", ["asar", "list", asar]).stdout.toString().split("\n");
    expect(list.filter((file) => file.endsWith(".map"))).toEqual([]);
    const native = list.filter((file) => file.endsWith(".node"));
    expect(native).toEqual([expect.stringContaining(`/prebuilds/linux-${process.arch}/`)]);
    // Beside the archive too: what Electron must load from a file is put there.
    const beside = globSync("**/*.{node,map}", { cwd: dirname(asar) });
    expect(beside.map((file) => `/${file.split("/").slice(1).join("/")}`)).toEqual(native);
    expect(list).toContain("/out/main/index.js");
  });
});
