import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { systemClock } from "#shared/util/clock.ts";
import { hashPassword, isPassword } from "../../../electron/host/server/passwords.ts";
import { USERS_SETTING, Users } from "../../../electron/host/server/users.ts";
import { newSigningKey, readToken, signToken } from "../../../electron/host/server/userTokens.ts";
import { ApiClient } from "../../support/apiClient.ts";
import { memorySettings, startApiHarness, type ApiHarness } from "../../support/apiHarness.ts";
import { ManualClock } from "../../support/manualClock.ts";
import { until } from "../../support/until.ts";

const Tokens = z.looseObject({ token: z.string(), refresh_token: z.string() });
const WHO = { client_name: "x", version: "1", type: "other", url: "x" };
const PASSWORD = "correct horse";

describe("a password", () => {
  it("is kept as a salted hash that only it opens", async () => {
    const stored = await hashPassword(PASSWORD);
    expect(stored).toMatch(/^scrypt\$32768\$8\$1\$/);
    expect(await hashPassword(PASSWORD)).not.toBe(stored);
    expect(await isPassword(PASSWORD, stored)).toBe(true);
    expect(await isPassword(`${PASSWORD} `, stored)).toBe(false);
    expect(await isPassword(PASSWORD, "broken")).toBe(false);
  });

  it("is found in no setting, however many users there are", async () => {
    const settings = memorySettings();
    const users = new Users(settings, new ManualClock());
    await users.create("op", PASSWORD, "operate");
    expect(JSON.stringify(settings.get(USERS_SETTING))).not.toContain(PASSWORD);
  });
});

describe("a token", () => {
  const key = newSigningKey();
  const keyOf = (name: string): string | undefined => (name === "op" ? key : undefined);
  const token = signToken(key, "op", "access", "here", 1_000_000);

  it("says whose it is until it is out of date", () => {
    expect(readToken(token, "access", keyOf, 1_000_000)).toBe("op");
    expect(readToken(token, "access", keyOf, 1_000_000 + 3_600_000)).toBeUndefined();
    expect(readToken(token, "refresh", keyOf, 1_000_000)).toBeUndefined();
  });

  it("is worth nothing when it was signed otherwise, or not at all", () => {
    const [head = "", body = "", signature = ""] = token.split(".");
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString("base64url");
    const admin = Buffer.from(
      JSON.stringify({ aud: "Moonraker", exp: 9e9, username: "op", token_type: "access" }),
    ).toString("base64url");
    const forged = [
      `${none}.${body}.`,
      `${none}.${body}.${signature}`,
      `${head}.${admin}.${signature}`,
      `${head}.${body}`,
      `${head}.${body}.${signature}.x`,
      signToken(newSigningKey(), "op", "access", "here", 1_000_000),
      "a.b.c",
      "",
    ];
    for (const text of forged) expect(readToken(text, "access", keyOf, 1_000_000)).toBeUndefined();
  });
});

describe("users", () => {
  let api: ApiHarness;
  /** Made once: a password is slow to hash, on purpose. */
  let known: unknown;
  beforeAll(async () => {
    const settings = memorySettings();
    const users = new Users(settings, systemClock);
    await users.create("boss", PASSWORD, "admin");
    await users.create("guest", PASSWORD, "read");
    known = settings.get(USERS_SETTING);
  });
  beforeEach(async () => {
    api = await startApiHarness({ trustLoopback: false });
    await api.addPrinter("voron");
    await api.settings.set(USERS_SETTING, known);
  });
  afterEach(() => api.stop());

  const connect = (): Promise<ApiClient> => ApiClient.connect(`${api.url}printers/voron/`);
  const login = async (client: ApiClient, username: string) =>
    client.ask(Tokens, "access.login", { username, password: PASSWORD });
  const post = async (path: string, body: object, headers: Record<string, string> = {}) =>
    fetch(api.url + path, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: JSON.stringify(body),
    });

  it("are told of to strangers, and nothing else is", async () => {
    const client = await connect();
    expect(await client.call("access.info")).toMatchObject({
      login_required: true,
      trusted: false,
    });
    await expect(client.call("server.info")).rejects.toThrow("Unauthorized");
    await client.close();
  });

  it("log in on a websocket, and are known by name from then on", async () => {
    const client = await connect();
    await login(client, "boss");
    expect(await client.call("access.get_user")).toMatchObject({ username: "boss" });
    expect(await client.call("server.job_queue.pause")).toBeDefined();
    await client.close();
  });

  it("may do what their scope says", async () => {
    const client = await connect();
    await login(client, "guest");
    expect(await client.call("server.job_queue.status")).toBeDefined();
    await expect(client.call("server.job_queue.pause")).rejects.toThrow(/guest may only read/);
    await expect(
      client.call("access.post_user", { username: "x", password: PASSWORD }),
    ).rejects.toMatchObject({ code: 403 });
    await client.close();
  });

  it("show their token when they say who they are, and over HTTP in three places", async () => {
    const client = await connect();
    const { token } = await login(client, "boss");
    const other = await connect();
    await other.call("server.connection.identify", { ...WHO, access_token: token });
    expect(await other.call("access.get_user")).toMatchObject({ username: "boss" });
    const path = `${api.url}server/job_queue/status`;
    for (const headers of [{ Authorization: `Bearer ${token}` }, { "X-Access-Token": token }]) {
      expect((await fetch(path, { headers })).status).toBe(200);
    }
    expect((await fetch(`${path}?access_token=${token}`)).status).toBe(200);
    await Promise.all([client.close(), other.close()]);
  });

  it("get a new hour for a refresh token, which opens nothing by itself", async () => {
    const client = await connect();
    const { refresh_token } = await login(client, "boss");
    const answer = await post("access/refresh_jwt", { refresh_token });
    expect(await answer.json()).toMatchObject({ result: { action: "user_jwt_refresh" } });
    const headers = { Authorization: `Bearer ${refresh_token}` };
    expect((await fetch(`${api.url}server/info`, { headers })).status).toBe(401);
    await client.close();
  });

  it("log out everywhere at once, also one who may only read", async () => {
    const [one, two] = [await connect(), await connect()];
    const { token } = await login(one, "guest");
    await two.call("server.connection.identify", { ...WHO, access_token: token });
    const headers = { Authorization: `Bearer ${token}` };
    expect((await post("access/logout", {}, headers)).status).toBe(200);
    expect((await fetch(`${api.url}server/info`, { headers })).status).toBe(401);
    for (const client of [one, two]) {
      await expect(client.call("server.info")).rejects.toThrow("Unauthorized");
      await client.close();
    }
  });

  it("lose their connections when they are deleted, and cannot delete themselves", async () => {
    const [boss, guest] = [await connect(), await connect()];
    await login(boss, "boss");
    await login(guest, "guest");
    await expect(boss.call("access.delete_user", { username: "boss" })).rejects.toThrow(
      /yourself|logged in/,
    );
    await boss.call("access.delete_user", { username: "guest" });
    await expect(guest.call("server.info")).rejects.toThrow("Unauthorized");
    await expect(login(guest, "guest")).rejects.toThrow("Unregistered User: guest");
    await until(() => boss.notifications.some(({ method }) => method === "notify_user_deleted"));
    await Promise.all([boss.close(), guest.close()]);
  });

  it("change their password with the old one, which ends what was handed out before", async () => {
    const client = await connect();
    const { token } = await login(client, "boss");
    const change = { password: "wrong one", new_password: "battery staple" };
    await expect(client.call("access.user.password", change)).rejects.toThrow("Invalid Password");
    await client.call("access.user.password", { ...change, password: PASSWORD });
    const headers = { Authorization: `Bearer ${token}` };
    expect((await fetch(`${api.url}server/info`, { headers })).status).toBe(401);
    await expect(login(client, "boss")).rejects.toThrow("Invalid Password");
    await client.close();
  });

  it.each([
    [{ username: "boss", password: PASSWORD }, "User boss already exists"],
    [{ username: "_TRUSTED_USER_", password: PASSWORD }, "Invalid Request"],
    [{ username: "new", password: "short" }, "8 to 200 characters"],
    [{ username: " new", password: PASSWORD }, "1 to 60 characters"],
    [{ username: "new" }, "No data for argument: password"],
  ])("are not made of %j", async (params, message) => {
    const client = await connect();
    await login(client, "boss");
    await expect(client.call("access.post_user", params)).rejects.toThrow(message);
    await client.close();
  });

  it("cannot be guessed: ten wrong passwords sent at once, and the rest is not looked at", async () => {
    const guesses = Array.from({ length: 14 }, (_, n) =>
      post("access/login", { username: "boss", password: `guess number ${n}` }),
    );
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 400)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(4);
    const right = await post("access/login", { username: "boss", password: PASSWORD });
    expect(right.status).toBe(429);
  });

  it("leave a trail that names who did what, and no secret", async () => {
    const client = await connect();
    await expect(
      client.call("access.login", { username: "boss", password: "wrong password" }),
    ).rejects.toThrow("Invalid Password");
    await login(client, "boss");
    await client.call("access.post_user", {
      username: "new",
      password: PASSWORD,
      scope: "operate",
    });
    const key = z.string().parse(await client.call("access.post_api_key"));
    await client.call("access.delete_user", { username: "new" });
    const log = await client.call("farm.access.log");
    expect(log).toMatchObject({
      entries: [
        { kind: "user_deleted", actor: { name: "boss" }, data: { user: "new" } },
        { kind: "key_created", actor: { name: "boss" } },
        { kind: "user_created", actor: { name: "boss" }, data: { user: "new", scope: "operate" } },
        { kind: "logged_in", data: { user: "boss", address: "127.0.0.1" } },
        { kind: "credential_refused", data: { what: "password" } },
      ],
    });
    const text = JSON.stringify(log);
    for (const secret of [key, PASSWORD, "wrong password"]) expect(text).not.toContain(secret);
    await client.close();
  });

  it("and the trail is read page by page, whatever comes in between", async () => {
    const client = await connect();
    await login(client, "boss");
    const Page = z.object({
      entries: z.array(z.looseObject({ number: z.int(), kind: z.string() })),
    });
    const page = async (params: object) =>
      Page.parse(await client.call("farm.access.log", { limit: 1, ...params })).entries;
    const { view } = z
      .object({ view: z.object({ id: z.string() }) })
      .parse(
        await client.call("farm.webhooks.create", { name: "Chat", url: "https://x.test/s3cret" }),
      );
    const first = await page({});
    expect(first).toMatchObject([
      {
        kind: "webhook_created",
        actor: { name: "boss" },
        data: { webhook: view.id, name: "Chat", address: "https://x.test" },
      },
    ]);
    await client.call("farm.webhooks.update", { id: view.id, enabled: false });
    await client.call("farm.webhooks.remove", { id: view.id });
    expect(await page({ before: first[0]?.number })).toMatchObject([{ kind: "logged_in" }]);
    expect(await page({ before: 0 })).toEqual([]);
    expect(await page({ limit: 3 })).toMatchObject([
      { kind: "webhook_removed", data: { name: "Chat" } },
      { kind: "webhook_changed", data: { enabled: false } },
      { kind: "webhook_created" },
    ]);
    await client.close();
  });

  it("and keys: one made through the API takes the place of the last, with its connections", async () => {
    const boss = await connect();
    await login(boss, "boss");
    const first = z.string().parse(await boss.call("access.post_api_key"));
    const script = await connect();
    await script.call("server.connection.identify", { ...WHO, api_key: first });
    expect(await script.call("access.get_user")).toMatchObject({ username: "_API_KEY_USER_" });
    await boss.call("access.post_api_key");
    await expect(script.call("server.info")).rejects.toThrow("Unauthorized");
    await Promise.all([boss.close(), script.close()]);
  });
});

describe("on this computer", () => {
  it("programs are trusted, and may still say who uses them", async () => {
    const api = await startApiHarness();
    await api.addPrinter("voron");
    const client = await ApiClient.connect(`${api.url}printers/voron/`);
    await client.call("access.post_user", { username: "op", password: PASSWORD });
    expect(await client.call("access.get_user")).toMatchObject({ username: "_TRUSTED_USER_" });
    await client.call("access.login", { username: "op", password: PASSWORD });
    expect(await client.call("access.get_user")).toMatchObject({ username: "op" });
    await client.call("access.logout");
    expect(await client.call("server.info")).toBeDefined();
    // A token of yesterday, kept by a front end, locks nobody out of their own computer.
    const headers = { Authorization: "Bearer a.b.c" };
    expect((await fetch(`${api.url}server/info`, { headers })).status).toBe(200);
    await client.close();
    await api.stop();
  });
});
