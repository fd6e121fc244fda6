import { describe, expect, it } from "vitest";
import { createPinoLogger } from "../../../electron/host/log/pinoLogger.ts";

/** What reaches the log file. */
function logged(data: object): string {
  const lines: string[] = [];
  const logger = createPinoLogger({ write: (line) => void lines.push(line) }, "debug");
  logger.child("server").warn("a request was refused", { ...data });
  return lines.join("");
}

describe("the log", () => {
  it.each([
    "apiKey",
    "api_key",
    "token",
    "access_token",
    "refresh_token",
    "password",
    "secret",
    "authorization",
    "x-api-key",
    "x-access-token",
  ])("never holds the value of %s, also one level deeper", (name) => {
    const text = logged({ [name]: "open-sesame", request: { [name]: "open-sesame", path: "/x" } });
    expect(text).not.toContain("open-sesame");
    expect(text).toContain('"path":"/x"');
    expect(text).toContain('"room":"server"');
  });
});
