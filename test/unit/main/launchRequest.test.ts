import { describe, expect, it } from "vitest";
import { LaunchRequest, parseLaunch, printerOfLink } from "../../../electron/main/launchRequest.ts";

describe("what a start of the app is for", () => {
  it("files by name or file: address, relative to where it was started", () => {
    const argv = [
      "--no-sandbox",
      ".",
      "cube.gcode",
      "/tmp/Ünï code.GCODE",
      "file:///tmp/a%20b.ufp",
    ];
    expect(parseLaunch(argv, "/home/me")).toEqual({
      files: ["/home/me/cube.gcode", "/tmp/Ünï code.GCODE", "/tmp/a b.ufp"],
      printer: null,
      hidden: false,
    });
  });

  it("a link to a printer", () => {
    expect(parseLaunch(["nextplate://printer/voron-1"], "/").printer).toBe("voron-1");
    expect(parseLaunch(["--hidden"], "/")).toEqual({ files: [], printer: null, hidden: true });
  });

  it.each([
    "nextplate://app/",
    "nextplate://printer/",
    "nextplate://printer/a/b",
    "https://printer/voron-1",
    "nextplate://printer/%00",
    "http://example.org/evil.gcode",
    "nextplate:",
    // A page may hold such a link: it must not climb to a file of this computer.
    "nextplate:cube.gcode",
    "NEXTPLATE:../../home/me/cube.gcode",
    "nextplate:/../../home/me/cube.gcode",
  ])("nothing, for %s", (word) => {
    expect(parseLaunch([word], "/")).toEqual({ files: [], printer: null, hidden: false });
    expect(printerOfLink(word)).toBeNull();
  });

  it("is checked when it comes from another process", () => {
    expect(LaunchRequest.safeParse({ files: [1], printer: null, hidden: false }).success).toBe(
      false,
    );
    expect(LaunchRequest.safeParse(undefined).success).toBe(false);
  });
});
