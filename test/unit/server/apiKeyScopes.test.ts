import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import WebSocket from "ws";
import * as z from "zod";
import type { Scope } from "#shared/contract/method.ts";
import { ContentHash } from "#shared/domain/ids.ts";
import { systemClock } from "#shared/util/clock.ts";
import { ApiKeys } from "../../../electron/host/server/apiKeys.ts";
import { TRUSTED, type Bearer } from "../../../electron/host/server/bearer.ts";
import { FailureLimit } from "../../../electron/host/server/failureLimit.ts";
import { OneShotTokens } from "../../../electron/host/server/oneShotTokens.ts";
import { ApiClient } from "../../support/apiClient.ts";
import { memorySettings, startApiHarness, type ApiHarness } from "../../support/apiHarness.ts";
import { ManualClock } from "../../support/manualClock.ts";
import { until } from "../../support/until.ts";

/** As other computers find it: nobody is trusted for where they call from. */
let api: ApiHarness;
const keyOf: Partial<Record<Scope, string>> = {};

beforeAll(async () => {
  api = await startApiHarness({ trustLoopback: false });
  await api.addPrinter("voron");
  const keys = new ApiKeys(api.settings, systemClock);
  for (const scope of ["read", "operate", "admin"] as const) {
    keyOf[scope] = (await keys.create(scope, scope)).key;
  }
});
afterAll(() => api.stop());

const ask = async (verb: string, path: string, scope: Scope | null): Promise<number> => {
  const headers: Record<string, string> = scope === null ? {} : { "X-Api-Key": keyOf[scope] ?? "" };
  return (await fetch(api.url + path, { method: verb, headers })).status;
};
const open = async (headers: Record<string, string>, query = ""): Promise<WebSocket> => {
  const url = `${api.url.replace("http", "ws")}printers/voron/websocket${query}`;
  const socket = new WebSocket(url, { headers });
  await once(socket, "open");
  return socket;
};
const call = async (socket: WebSocket, method: string, params: object = {}): Promise<unknown> => {
  socket.send(JSON.stringify({ jsonrpc: "2.0", method, params, id: 1 }));
  const [data] = await once(socket, "message");
  return JSON.parse(z.instanceof(Buffer).parse(data).toString("utf8"));
};

describe("an API key", () => {
  it.each([
    ["GET", "server/job_queue/status", "read"],
    ["GET", "server/files/gcodes/nope.gcode", "read"],
    ["POST", "server/job_queue/pause", "operate"],
    ["POST", "server/files/upload", "operate"],
    ["DELETE", "server/files/gcodes/nope.gcode", "operate"],
    ["POST", "printers/voron/printer/custom/thing", "operate"],
    ["POST", "printers/voron/machine/shutdown", "admin"],
    ["POST", "printers/voron/server/restart", "admin"],
  ] as const)("%s %s needs the scope %s", async (verb, path, needed) => {
    const scopes = ["read", "operate", "admin"] as const;
    expect(await ask(verb, path, null)).toBe(401);
    for (const scope of scopes) {
      const isRefused = [401, 403].includes(await ask(verb, path, scope));
      expect(isRefused).toBe(scopes.indexOf(scope) < scopes.indexOf(needed));
    }
  });

  it("is asked for by every page and picture too", async () => {
    for (const path of [
      "",
      `farm/thumbnails/${ContentHash.parse("a".repeat(64))}`,
      "api/version",
    ]) {
      expect(await ask("GET", path, null)).toBe(401);
    }
  });
});

describe("a websocket without a key", () => {
  const UNAUTHORIZED = { error: { code: -32602, message: "Unauthorized" } };

  it("opens, is refused every call, and is told nothing", async () => {
    const socket = await open({});
    expect(await call(socket, "server.job_queue.status")).toMatchObject(UNAUTHORIZED);
    expect(await call(socket, "machine.shutdown")).toMatchObject(UNAUTHORIZED);
    expect(await call(socket, "access.info")).toMatchObject({ result: { trusted: false } });
    let told = 0;
    socket.on("message", () => told++);
    const watcher = await openWatcher();
    api.farm.get("voron")?.view();
    await watcher.call("farm.printers.update", { printer: "voron", name: "Voron 2" });
    await until(() => watcher.notifications.length > 0);
    expect(told).toBe(0);
    await watcher.close();
    socket.terminate();
  });

  it("is let in by showing one when it says who it is", async () => {
    const socket = await open({});
    const who = { client_name: "x", version: "1", type: "other", url: "x" };
    expect(await call(socket, "server.connection.identify", who)).toMatchObject(UNAUTHORIZED);
    const wrong = { ...who, api_key: "np_wrong" };
    expect(await call(socket, "server.connection.identify", wrong)).toMatchObject({
      error: { code: -32602, message: "Invalid API Key" },
    });
    const right = { ...who, api_key: keyOf.read };
    expect(await call(socket, "server.connection.identify", right)).toMatchObject({
      result: { connection_id: expect.any(Number) },
    });
    expect(await call(socket, "server.job_queue.status")).toHaveProperty("result");
    expect(await call(socket, "server.job_queue.pause")).toMatchObject({ error: { code: 403 } });
    socket.terminate();
  });

  it("is let in by a token, which is good once", async () => {
    const headers = { "X-Api-Key": keyOf.operate ?? "" };
    const response = await fetch(`${api.url}access/oneshot_token`, { headers });
    const { result } = z.object({ result: z.string() }).parse(await response.json());
    const socket = await open({}, `?token=${result}`);
    expect(await call(socket, "server.job_queue.pause")).toHaveProperty("result");
    const again = await fetch(`${api.url}server/info?token=${result}`);
    expect(again.status).toBe(401);
    socket.terminate();
  });

  /** A client that watches the farm. */
  async function openWatcher(): Promise<ApiClient> {
    const client = await ApiClient.connect(api.url);
    const who = { client_name: "x", version: "1", type: "other", url: "x", api_key: keyOf.admin };
    await client.call("server.connection.identify", who);
    await client.call("farm.snapshot");
    return client;
  }
});

describe("guessing", () => {
  it("is stopped after ten wrong keys a minute, for that address alone", async () => {
    const clock = new ManualClock();
    const limit = new FailureLimit(clock);
    for (let n = 0; n < 10; n++) {
      limit.check("10.0.0.5");
      limit.fail("10.0.0.5");
    }
    expect(() => limit.check("10.0.0.5")).toThrow(/Wait a minute/);
    expect(() => limit.check("10.0.0.6")).not.toThrow();
    await clock.advance(60_000);
    expect(() => limit.check("10.0.0.5")).not.toThrow();
  });

  it("a token helps nobody else, and not for long", async () => {
    const clock = new ManualClock();
    const tokens = new OneShotTokens(clock);
    expect(tokens.redeem(tokens.issue("10.0.0.5", TRUSTED), "10.0.0.6")).toBeUndefined();
    const reader: Bearer = { kind: "key", id: "1", name: "CI", scope: "read" };
    const late = tokens.issue("10.0.0.5", TRUSTED);
    await clock.advance(5_001);
    expect(tokens.redeem(late, "10.0.0.5")).toBeUndefined();
    expect(tokens.redeem(tokens.issue("10.0.0.5", reader), "10.0.0.5")).toBe(reader);
  });

  it("finds no key in the settings", async () => {
    const settings = memorySettings();
    const { key } = await new ApiKeys(settings, systemClock).create("CI", "admin");
    expect(JSON.stringify(settings.get("api_keys"))).not.toContain(key);
  });
});
