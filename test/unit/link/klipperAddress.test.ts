import { homedir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  klipperAddress,
  klipperEndpoint,
  klipperFolder,
} from "../../../electron/host/link/klipperAddress.ts";

describe("the address of Klipper's socket", () => {
  it.each([
    ["/tmp/klippy_uds", "/tmp/klippy_uds"],
    [" /run//klipper/../klippy.sock ", "/run/klippy.sock"],
    ["unix:/tmp/klippy_uds", "/tmp/klippy_uds"],
    ["~/printer_data/comms/klippy.sock", join(homedir(), "printer_data/comms/klippy.sock")],
    ["10.0.0.7:7126", "10.0.0.7:7126"],
    ["tcp://voron.local:7126", "voron.local:7126"],
    ["[::1]:7126", "[::1]:7126"],
  ])("%j is kept as %s", (typed, stored) => {
    expect(klipperAddress(typed)).toBe(stored);
  });

  it.each([
    "",
    "voron.local",
    "klippy.sock",
    "voron:0",
    "voron:99999",
    "http://voron:7125",
    "/a\nb",
  ])("%j is refused with words on what to enter", (typed) => {
    expect(() => klipperAddress(typed)).toThrow(/socket/i);
  });

  it("is a path or a host with a port", () => {
    expect(klipperEndpoint("/tmp/klippy_uds")).toEqual({ kind: "path", path: "/tmp/klippy_uds" });
    expect(klipperEndpoint("[::1]:7126")).toEqual({ kind: "tcp", host: "::1", port: 7126 });
  });

  it("comes with a folder that is a whole path, or none", () => {
    expect(klipperFolder(null)).toBeNull();
    expect(klipperFolder(" /mnt/voron ")).toBe("/mnt/voron");
    expect(klipperFolder("~/gcodes")).toBe(join(homedir(), "gcodes"));
    expect(() => klipperFolder("gcodes")).toThrow(/whole path/);
  });
});
