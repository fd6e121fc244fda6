import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { collectDiagnostics } from "../../../electron/main/diagnostics.ts";
import { redact } from "../../../electron/main/redact.ts";

describe("a text that leaves this computer", () => {
  it.each([
    ['{"apiKey":"SECRET","name":"left"}', '{"apiKey":"[redacted]","name":"left"}'],
    ['{"api_key": "SECRET\\"x"}', '{"api_key": "[redacted]"}'],
    ['{"body":"{\\"token\\":\\"SECRET\\"}"}', '{"body":"{\\"token\\":\\"[redacted]\\"}"}'],
    ["GET /websocket?token=SECRET&x=1", "GET /websocket?token=[redacted]&x=1"],
    ["X-Api-Key: SECRET", "X-Api-Key: [redacted]"],
    ["Authorization: Bearer SECRET", "Authorization: Bearer [redacted]"],
    ["http://me:SECRET@printer.local/", "http://[redacted]@printer.local/"],
    ["/home/me/files/cube.gcode", "~/files/cube.gcode"],
    ['{"refresh_token":"SECRET"}', '{"refresh_token":"[redacted]"}'],
    [
      '{"moonraker_api_key":"SECRET","cookie":"SECRET"}',
      '{"moonraker_api_key":"[redacted]","cookie":"[redacted]"}',
    ],
    ["GET /access/oneshot?oneshot_token=SECRET", "GET /access/oneshot?oneshot_token=[redacted]"],
    ["called with Bearer eyJh.SECRET-x.y", "called with Bearer [redacted]"],
  ])("%s", (text, expected) => {
    expect(redact(text, "/home/me")).toBe(expected);
  });

  it("has no folder of the user in it as Windows writes it into a log either", () => {
    const home = "C:\\Users\\me";
    expect(redact('{"file":"C:\\\\Users\\\\me\\\\a.gcode"} C:\\Users\\me\\b', home)).toBe(
      '{"file":"~\\\\a.gcode"} ~\\b',
    );
  });

  it("keeps what is no secret", () => {
    const line = '{"msg":"token of the lease renewed","url":"http://printer.local:7125/"}';
    expect(redact(line, "/")).toBe(line);
  });
});

describe("the diagnostics export", () => {
  it("holds facts, settings and both logs, without secrets, and says which log is missing", async () => {
    const logDir = await mkdtemp(join(tmpdir(), "nextplate-logs-"));
    try {
      await writeFile(join(logDir, "nextplate.log"), '{"msg":"hello","password":"SECRET"}\n');
      const text = await collectDiagnostics({
        facts: { version: "1.2.3" },
        settings: { tray: true },
        logDir,
        home: "/home/me",
      });
      expect(text).toContain("version: 1.2.3");
      expect(text).toContain('"tray": true');
      expect(text).toContain('"msg":"hello"');
      expect(text).toContain("== nextplate.log.1\n(not there)");
      expect(text).not.toContain("SECRET");
    } finally {
      await rm(logDir, { recursive: true });
    }
  });
});
