import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AppError } from "#shared/rpc/errors.ts";
import {
  endpointAddress,
  moonrakerAddress,
  websocketAddress,
} from "../../../electron/host/link/moonrakerAddress.ts";

describe("moonrakerAddress", () => {
  it.each([
    ["voron", "http://voron:7125"],
    ["  voron.local ", "http://voron.local:7125"],
    ["VORON.local", "http://voron.local:7125"],
    ["10.0.0.7", "http://10.0.0.7:7125"],
    ["10.0.0.7:7126", "http://10.0.0.7:7126"],
    ["10.0.0.7:80", "http://10.0.0.7"],
    ["http://10.0.0.7", "http://10.0.0.7"],
    ["http://10.0.0.7:7125/", "http://10.0.0.7:7125"],
    ["https://farm.example/voron/", "https://farm.example/voron"],
    ["HTTPS://farm.example", "https://farm.example"],
    ["http://voron:7125/websocket", "http://voron:7125"],
    ["voron/printer1", "http://voron:7125/printer1"],
    ["[fe80::1]", "http://[fe80::1]:7125"],
    ["[fe80::1]:7130", "http://[fe80::1]:7130"],
  ])("makes %s into %s", (typed, base) => {
    expect(moonrakerAddress(typed)).toBe(base);
  });

  it.each([
    ["", /Enter the printer's address/],
    ["   ", /Enter the printer's address/],
    ["ftp://voron", /not supported/],
    ["ws://voron", /not supported/],
    ["my printer", /contains a space/],
    ["http://", /not an address/],
    ["voron:99999", /not an address/],
    ["fe80::1", /brackets/],
    ["http://user:secret@voron", /API key/],
  ])("refuses %j and says why", (typed, message) => {
    expect(() => moonrakerAddress(typed)).toThrow(message);
  });

  it("takes its own answers unchanged, and refuses with bad_request only", () => {
    const settles = (typed: string): boolean => {
      try {
        const base = moonrakerAddress(typed);
        return moonrakerAddress(base) === base && !base.endsWith("/");
      } catch (error) {
        return error instanceof AppError && error.code === "bad_request";
      }
    };
    const piece = fc.constantFrom(
      ...Array.from("a1.:/[]@?# -%é"),
      "http://",
      "https://",
      "voron",
      ":7125",
    );
    const typed = fc.oneof(fc.string(), fc.string({ unit: piece }));
    expect(() => fc.assert(fc.property(typed, settles), { numRuns: 1_000 })).not.toThrow();
  });
});

describe("addresses below a base", () => {
  it("keep the prefix and encode what a path may hold", () => {
    expect(websocketAddress("https://farm/voron")).toBe("wss://farm/voron/websocket");
    expect(websocketAddress("http://voron:7125")).toBe("ws://voron:7125/websocket");
    expect(endpointAddress("http://v/p", "server", "files", "a b#?%.gcode")).toBe(
      "http://v/p/server/files/a%20b%23%3F%25.gcode",
    );
  });
});
