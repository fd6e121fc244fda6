import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { methods } from "#shared/contract/index.ts";
import { apiDocs } from "../../build/generateApiDocs.ts";
import { openRpcDocument } from "../../electron/host/server/openRpc.ts";

describe("docs/api.md", () => {
  it("is what the contract table generates: run `npm run docs`", () => {
    const page = readFileSync(join(import.meta.dirname, "../../docs/api.md"), "utf8");
    expect(page).toBe(apiDocs());
  });

  it.each(Object.keys(methods))("has a section on %s", (name) => {
    expect(apiDocs()).toContain(`### ${name}\n`);
  });
});

describe("rpc.discover", () => {
  it("lists every method with its parameters", () => {
    const document = JSON.stringify(openRpcDocument("1.0.0"));
    for (const name of Object.keys(methods)) expect(document).toContain(`"name":"${name}"`);
    expect(document).toContain('"name":"filenames","required":true');
  });
});
