import { request as httpRequest } from "node:http";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import WebSocket from "ws";
import { systemClock } from "#shared/util/clock.ts";
import { Access } from "../../../electron/host/server/access.ts";
import { FailureLimit } from "../../../electron/host/server/failureLimit.ts";
import { OneShotTokens } from "../../../electron/host/server/oneShotTokens.ts";
import { Users } from "../../../electron/host/server/users.ts";
import { ApiKeys } from "../../../electron/host/server/apiKeys.ts";
import { memorySettings, startApiHarness, type ApiHarness } from "../../support/apiHarness.ts";

describe("access on loopback", () => {
  let api: ApiHarness;
  beforeAll(async () => {
    api = await startApiHarness({ allowedOrigins: ["http://mainsail.local"] });
    await api.addPrinter("voron");
  });
  afterAll(() => api.stop());

  const status = (method: string, path: string, headers: Record<string, string>) =>
    new Promise<number>((resolve, reject) => {
      const request = httpRequest(api.url + path, { method, headers }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      request.on("error", reject);
      request.end();
    });
  const websocket = async (headers: Record<string, string>): Promise<number> => {
    const socket = new WebSocket(`${api.url.replace("http", "ws")}websocket`, { headers });
    socket.on("error", () => {});
    const answer = await Promise.race([
      once(socket, "open").then(() => 101),
      once(socket, "unexpected-response").then(([, response]) => Number(response.statusCode)),
    ]);
    socket.terminate();
    return answer;
  };
  const READ = "server/job_queue/status";
  const CHANGE = "server/job_queue/pause";

  it.each(["127.0.0.1:7140", "localhost", "LOCALHOST:80", "[::1]:7140", "farm.localhost"])(
    "answers to the name %s",
    async (host) => {
      expect(await status("GET", READ, { host })).toBe(200);
    },
  );

  it.each(["evil.example", "evil.example:7140", "127.0.0.1.evil.example", "0.0.0.0", "10.0.0.5"])(
    "does not answer to the name %s",
    async (host) => {
      expect(await status("GET", READ, { host })).toBe(403);
      expect(await websocket({ host })).toBe(403);
    },
  );

  it.each(["http://evil.example", "null", "https://127.0.0.1", "http://127.0.0.1:1"])(
    "lets pages of %s change nothing, nor open a websocket",
    async (origin) => {
      expect(await status("POST", CHANGE, { origin })).toBe(403);
      expect(await status("DELETE", "server/job_queue/job?all=true", { origin })).toBe(403);
      expect(await websocket({ origin })).toBe(403);
    },
  );

  it("refuses a form that a foreign page posts, upload and JSON-RPC included", async () => {
    const headers = { origin: "http://evil.example", "content-type": "text/plain" };
    expect(await status("POST", "server/files/upload", headers)).toBe(403);
    expect(await status("POST", "server/jsonrpc", headers)).toBe(403);
  });

  it("lets its own page, the app and allowed origins in", async () => {
    const { origin } = new URL(api.url);
    for (const allowed of [origin, "nextplate://app", "http://mainsail.local"]) {
      expect(await status("POST", CHANGE, { origin: allowed })).toBe(200);
      expect(await websocket({ origin: allowed })).toBe(101);
    }
  });

  it("answers a preflight of allowed origins only", async () => {
    const ask = (origin: string) => status("OPTIONS", READ, { origin });
    expect(await ask("nextplate://app")).toBe(204);
    expect(await ask("http://evil.example")).toBe(405);
  });

  it("is not impressed by forwarded addresses", async () => {
    expect(
      await status("GET", READ, { host: "evil.example", "x-forwarded-host": "localhost" }),
    ).toBe(403);
  });
});

describe("access from other computers", () => {
  const keys = new ApiKeys(memorySettings(), systemClock);
  const access = (host: string) =>
    new Access({
      host,
      allowedOrigins: () => [],
      keys,
      users: new Users(memorySettings(), systemClock),
      audit: { note: () => {} },
      tokens: new OneShotTokens(systemClock),
      failures: new FailureLimit(systemClock),
      trustLoopback: true,
    });

  it("is not opened without an API key", async () => {
    expect(() => access("0.0.0.0").checkListening()).toThrow(/set an API key first/);
    expect(() => access("192.168.1.5").checkListening()).toThrow(/192\.168\.1\.5/);
    expect(() => access("127.0.0.1").checkListening()).not.toThrow();
    await keys.create("CI", "operate");
    expect(() => access("0.0.0.0").checkListening()).not.toThrow();
  });

  it("makes the server refuse to start, with a sentence", async () => {
    await expect(startApiHarness({ host: "0.0.0.0" })).rejects.toThrow(/API key/);
  });
});
