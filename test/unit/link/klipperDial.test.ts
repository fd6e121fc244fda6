import { describe, expect, it } from "vitest";
import { describeDial } from "../../../electron/host/link/klipperSocket.ts";

const failed = (code: string): Error => Object.assign(new Error(code), { code });

describe("a connection to Klipper's socket that fails", () => {
  it.each([
    ["ENOENT", "path", "no_socket", /no socket at/],
    ["ECONNREFUSED", "path", "no_socket", /Nobody listens/],
    ["ENOTSOCK", "path", "no_socket", /Nobody listens/],
    ["EACCES", "path", "no_permission", /may not open/],
    ["EPERM", "path", "no_permission", /may not open/],
    ["ECONNREFUSED", "tcp", "unreachable", /bridge/],
    ["ENOTFOUND", "tcp", "unreachable", /no host named/],
    ["ETIMEDOUT", "tcp", "timeout", /does not answer/],
  ] as const)("with %s (%s) is %s, in words", (code, kind, failure, words) => {
    const address = kind === "path" ? "/tmp/klippy_uds" : "voron:7126";
    const error = describeDial(failed(code), address, kind);
    expect(error.failure).toBe(failure);
    expect(error.message).toMatch(words);
    expect(error.message).toContain(address);
  });
});
