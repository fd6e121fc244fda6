import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answer } from "../../../electron/main/appScheme.ts";
import { contentSecurityPolicy } from "../../../electron/main/contentSecurityPolicy.ts";

describe("the app's own scheme", () => {
  let folder = "";
  const get = (url: string, init?: RequestInit) =>
    answer(new Request(url, init), {
      root: join(folder, "renderer"),
      policy: contentSecurityPolicy("http://127.0.0.1:7140/"),
      made: new Map([["/made.css", "p {}"]]),
    });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "nextplate-scheme-"));
    await mkdir(join(folder, "renderer/assets"), { recursive: true });
    await writeFile(join(folder, "renderer/index.html"), "<p>board");
    await writeFile(join(folder, "renderer/assets/index.js"), "1");
    await writeFile(join(folder, "secret"), "key");
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("serves the board at its root and its files by type, each with the policy", async () => {
    const page = await get("nextplate://app/");
    expect(await page.text()).toBe("<p>board");
    expect(page.headers.get("Content-Type")).toBe("text/html; charset=utf-8");
    expect(page.headers.get("Content-Security-Policy")).toContain("default-src 'none'");
    const script = await get("nextplate://app/assets/index.js");
    expect(script.headers.get("Content-Type")).toBe("text/javascript; charset=utf-8");
  });

  it("serves pages made in memory with the type of their name", async () => {
    const made = await get("nextplate://app/made.css");
    expect(made.headers.get("Content-Type")).toBe("text/css; charset=utf-8");
  });

  it.each([
    "nextplate://app/../secret",
    "nextplate://app/%2e%2e/secret",
    "nextplate://app/..%2fsecret",
    "nextplate://app/%2e%2e%2fsecret",
    "nextplate://app/assets/..%5c..%5csecret",
    "nextplate://app/%00",
    "nextplate://app/%E0%A4%A",
    "nextplate://app/assets",
    "nextplate://other/index.html",
  ])("has nothing at %s", async (url) => {
    const refused = await get(url);
    expect(refused.status).toBe(404);
    expect(await refused.text()).toBe("Not found");
  });

  it("answers nothing but GET", async () => {
    expect((await get("nextplate://app/", { method: "POST", body: "x" })).status).toBe(404);
  });
});

describe("the policy of the page", () => {
  it("names one host exactly and allows neither inline nor evaluated code", () => {
    const policy = contentSecurityPolicy("http://127.0.0.1:7141/");
    expect(policy).toContain("connect-src 'self' http://127.0.0.1:7141 ws://127.0.0.1:7141;");
    expect(policy).not.toMatch(/unsafe|\*/);
  });
});
