import { describe, expect, it } from "vitest";
import { defaultDataDirectory, parseArguments } from "../../../electron/headlessArguments.ts";

const parse = (...argv: string[]) => parseArguments(argv, { XDG_DATA_HOME: "/data" }, "linux");

describe("the command line", () => {
  it("needs nothing: loopback, port 7140 and the user's data folder", () => {
    expect(parse()).toMatchObject({
      kind: "serve",
      host: "127.0.0.1",
      port: 7140,
      simulate: 0,
      simSpeed: 1,
      dataDir: "/data/nextplate",
      logDir: "/data/nextplate/logs",
    });
  });

  it("takes every option", () => {
    expect(
      parse(
        "--data-dir",
        "/x",
        "--port",
        "0",
        "--host",
        "::1",
        "--simulate",
        "6",
        "--sim-speed",
        "2.5",
      ),
    ).toMatchObject({ dataDir: "/x", port: 0, host: "::1", simulate: 6, simSpeed: 2.5 });
  });

  it.each([
    [["--port", "70000"], "--port takes a whole number from 0 to 65535"],
    [["--port", "x"], '"x"'],
    [["--simulate", "1.5"], "whole number"],
    [["--sim-speed", "0"], "--sim-speed takes a number"],
    [["--log-level", "loud"], "debug, info, warn, error, silent"],
    [["--nope"], "--nope"],
    [["stray"], "stray"],
  ])("says in one sentence what is wrong with %j", (argv, words) => {
    const parsed = parse(...argv);
    expect(parsed.kind).toBe("invalid");
    expect(parsed.kind === "invalid" ? parsed.message : "").toContain(words);
  });

  it("knows each platform's own data folder", () => {
    expect(defaultDataDirectory({ APPDATA: "C:\\Roaming" }, "win32")).toContain("Nextplate");
    expect(defaultDataDirectory({}, "darwin")).toMatch(/Application Support.Nextplate$/);
    expect(defaultDataDirectory({}, "linux")).toMatch(/nextplate$/);
  });
});
