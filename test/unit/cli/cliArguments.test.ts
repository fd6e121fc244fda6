import { describe, expect, it } from "vitest";
import { HELP, parseCliArguments } from "../../../electron/cli/cliArguments.ts";

const parse = (line: string, env: Record<string, string> = {}) =>
  parseCliArguments(line.split(" ").filter(Boolean), env);
const command = (line: string, env?: Record<string, string>) => {
  const parsed = parse(line, env);
  if (parsed.kind !== "run") throw new Error(JSON.stringify(parsed));
  return parsed.command;
};

describe("the command line", () => {
  it("takes printers behind the command or as an option", () => {
    expect(command("start voron-1 --printer ender")).toMatchObject({
      kind: "start",
      printers: ["voron-1", "ender"],
    });
    expect(command("status")).toMatchObject({ kind: "status", printers: [], json: false });
  });

  it("takes files to add, and where they go", () => {
    expect(
      command("add a.gcode b.gcode --printer voron-1 --copies 3 --folder /parts/ --start --json"),
    ).toMatchObject({
      kind: "add",
      files: ["a.gcode", "b.gcode"],
      printers: ["voron-1"],
      copies: 3,
      folder: "parts",
      start: true,
      front: false,
      hold: null,
      json: true,
    });
  });

  it("finds its host by option, then by environment, then on this computer", () => {
    expect(command("status").url).toBe("http://127.0.0.1:7140/");
    const env = { NEXTPLATE_URL: "farm.local:7140", NEXTPLATE_API_KEY: "np_x" };
    expect(command("status", env)).toMatchObject({ url: "http://farm.local:7140/", key: "np_x" });
    expect(command("status --url https://farm/queues", env).url).toBe("https://farm/queues/");
  });

  it.each([
    ["", /Say what to do/],
    ["fly", /no command "fly"/],
    ["start", /Say which printer to start/],
    ["clear", /Say which printer to clear/],
    ["add", /Say which files/],
    ["add a.gcode --copies 0", /--copies takes/],
    ["add a.gcode --copies 1e2", /--copies takes/],
    ["status --copies 2", /--copies belongs to "add"/],
    ["status --nonsense", /nonsense/],
    ["status --url http://", /no address/],
  ])("refuses %j in one sentence that says where help is", (line, reason) => {
    const parsed = parse(line);
    expect(parsed).toMatchObject({ kind: "invalid", message: expect.stringMatching(reason) });
    expect(parsed).toMatchObject({ message: expect.stringMatching(/--help/) });
  });

  it("explains every command and every option", () => {
    for (const word of [
      "status",
      "add",
      "start",
      "pause",
      "clear",
      "watch",
      "--json",
      "--key-file",
    ]) {
      expect(HELP).toContain(`  ${word}`);
    }
    expect(parse("add --help")).toEqual({ kind: "help" });
    expect(parse("--version")).toEqual({ kind: "version" });
  });
});
