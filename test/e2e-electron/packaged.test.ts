import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import config from "../../build/electron-builder.config.ts";
import { electronExecutable, temporaryFolder } from "../support/electronApp.ts";
import { readFuses } from "../support/fuses.ts";

const executable = electronExecutable();
const asar = join(dirname(executable), "resources", "app.asar");

describe("the packaged app", () => {
  const root = process.getuid?.() === 0 ? ["--no-sandbox"] : [];

  it("has the release's fuses in its binary, but for the debugger's that tests need", () => {
    const { enableNodeCliInspectArguments, ...others } = readFuses(executable);
    const { enableNodeCliInspectArguments: released, ...expected } = config.electronFuses ?? {};
    expect(others).toMatchObject(expected);
    expect(released).toBe(false);
    expect(enableNodeCliInspectArguments).toBe(true);
  });

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
