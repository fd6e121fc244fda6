import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { methods } from "#shared/contract/index.ts";
import { stableApi, StableApi } from "../../build/contract/stableApi.ts";
import { apiBreaks } from "../support/apiBreaks.ts";

const committed = StableApi.parse(
  JSON.parse(readFileSync(join(import.meta.dirname, "../../build/contract/stable.json"), "utf8")),
);

describe("the API", () => {
  it("breaks nothing that the committed snapshot promises", () => {
    // Meant to break it? Say so in the changelog, then `npm run docs -- --stable`.
    expect(apiBreaks(committed, stableApi())).toEqual([]);
  });

  it("has every method of the table in the snapshot", () => {
    // Something was added: `npm run docs -- --stable` promises it from now on.
    expect(Object.keys(stableApi()).toSorted()).toEqual(Object.keys(committed).toSorted());
  });
});

describe("the check itself", () => {
  const method = {
    http: "POST /x",
    params: {
      kind: { type: "string", enum: ["a", "b"] },
      count: { type: "integer", maximum: 10 },
      either: { anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }] },
    },
    required: ["kind"],
    result: { type: "object", properties: { state: { type: "string" } } },
  };
  const changed = (change: Partial<typeof method>) =>
    apiBreaks(StableApi.parse({ m: method }), StableApi.parse({ m: { ...method, ...change } }));

  it("is content with additions", () => {
    const params = { ...method.params, more: { type: "string" } };
    expect(changed({ params })).toEqual([]);
    expect(
      changed({ params: { ...method.params, kind: { type: "string", enum: ["a", "b", "c"] } } }),
    ).toEqual([]);
  });

  it("sees a method that is gone", () => {
    expect(apiBreaks(StableApi.parse({ m: method }), {})).toEqual(["m is gone"]);
  });

  it.each([
    ["a parameter that is gone", { params: { kind: method.params.kind } }, /count is gone/],
    [
      "a value fewer",
      { params: { ...method.params, kind: { type: "string", enum: ["a"] } } },
      /"b"/,
    ],
    [
      "a lower bound",
      { params: { ...method.params, count: { type: "integer", maximum: 9 } } },
      /maximum/,
    ],
    ["an alternative fewer", { params: { ...method.params, either: { type: "string" } } }, /array/],
    ["another type", { params: { ...method.params, count: { type: "string" } } }, /string/],
    ["a new required parameter", { required: ["kind", "count"] }, /count is now required/],
    [
      "a result's member that is gone",
      { result: { type: "object", properties: {} } },
      /lost \.state/,
    ],
    ["another path", { http: "POST /y" }, /left POST \/x/],
  ])("sees %s", (_, change, words) => {
    const after = StableApi.parse({ m: { ...method, ...change } });
    expect(apiBreaks(StableApi.parse({ m: method }), after).join("\n")).toMatch(words);
  });
});

/** Verbs Moonraker serves on a path where we serve fewer; its names count all of them. */
const MORE_VERBS: Readonly<Record<string, readonly string[]>> = {
  "/server/history/job": ["DELETE"],
  "/access/user": ["POST", "DELETE"],
  "/access/api_key": ["POST"],
};
/** Registered by Moonraker under a name of its own, not by the rule. */
const NAMED_APART = new Set(["server.files.delete_file"]);

describe("a method's name", () => {
  const table = Object.entries(methods).flatMap(([name, definition]) => {
    const http = "http" in definition ? definition.http : undefined;
    const ours = name.startsWith("farm.") || NAMED_APART.has(name);
    return http === undefined || ours ? [] : [{ name, ...http }];
  });

  it.each(table)("$name is what Moonraker makes of $verb $path", ({ name, verb, path }) => {
    const verbs = new Set([
      ...table.filter((other) => other.path === path).map((other) => other.verb),
      ...(MORE_VERBS[path] ?? []),
    ]);
    const parts = path.slice(1).split("/");
    const last = parts.pop() ?? "";
    const leaf = verbs.size > 1 ? `${verb.toLowerCase()}_${last}` : last;
    expect(name).toBe([...parts, leaf].join("."));
  });
});
