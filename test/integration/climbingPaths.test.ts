import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { methods } from "#shared/contract/index.ts";
import { ApiClient, uploadFile } from "../support/apiClient.ts";
import { startTestHost, type TestHost } from "../support/testHost.ts";

const SECRET = "not for you";
const CLIMBING = [
  "../secret.gcode",
  "gcodes/../../secret.gcode",
  "gcodes/../../../secret.gcode",
  "gcodes/a/../../../../secret.gcode",
  "/etc/passwd",
  "gcodes//etc/passwd",
  "gcodes/..\\..\\secret.gcode",
  "gcodes/%2e%2e/%2e%2e/secret.gcode",
  "gcodes/a\u0000.gcode",
  "config/../../secret.gcode",
];

/** How each method that takes a path is called with one. Every such method must be here. */
const CALLS: Readonly<Record<string, (path: string) => object>> = {
  "server.files.list": (path) => ({ root: path }),
  "server.files.get_directory": (path) => ({ path, extended: true }),
  "server.files.metadata": (path) => ({ filename: path }),
  "server.files.thumbnails": (path) => ({ filename: path }),
  "server.files.metascan": (path) => ({ filename: path }),
  "server.files.move": (path) => ({ source: path, dest: "gcodes/stolen.gcode" }),
  "server.files.copy": (path) => ({ source: path, dest: "gcodes/stolen.gcode" }),
  "server.files.post_directory": (path) => ({ path }),
  "server.files.delete_directory": (path) => ({ path, force: true }),
  "server.files.delete_file": (path) => ({ path }),
  "server.files.zip": (path) => ({ dest: path, items: [path] }),
};

describe("a path that climbs out of its root", () => {
  /** The data folder lies one below, and what must not be reached beside it. */
  let outer: string;
  let host: TestHost;
  let client: ApiClient;
  let endpoint: string;

  beforeAll(async () => {
    outer = await mkdtemp(join(tmpdir(), "nextplate-climb-"));
    await writeFile(join(outer, "secret.gcode"), SECRET);
    host = await startTestHost({ dataDir: join(outer, "data"), simulate: 1 });
    endpoint = `${host.url}printers/ada/`;
    await uploadFile(endpoint, "a.gcode", "G28\nG1 X1 E1\n");
    client = await ApiClient.connect(endpoint);
  });
  afterAll(async () => {
    await client.close();
    await host.stop();
    await rm(outer, { recursive: true, force: true });
  });

  /** Nothing came, went or changed outside of the data folder. */
  const outside = async (): Promise<unknown> => [
    (await readdir(outer)).toSorted(),
    await readFile(join(outer, "secret.gcode"), "utf8"),
    (await readdir(dirname(outer))).filter((name) => /stolen|evil/.test(name)),
  ];
  const UNTOUCHED = [["data", "secret.gcode"], SECRET, []];

  it("is tried with every method that takes one", () => {
    const withPaths = Object.keys(methods).filter(
      (name) => name.startsWith("server.files.") && name !== "server.files.roots",
    );
    expect(Object.keys(CALLS).toSorted()).toEqual(withPaths.toSorted());
  });

  it.each(Object.keys(CALLS))("reaches nothing by %s", async (method) => {
    for (const path of CLIMBING) {
      const params = CALLS[method]?.(path);
      const answer = await client.call(method, params).catch(String);
      expect(JSON.stringify(answer)).not.toContain(SECRET);
      expect(JSON.stringify(answer)).not.toContain("root:");
    }
    const kept = await client.call("server.files.list");
    expect(JSON.stringify(kept)).not.toContain("stolen");
    expect(await outside()).toEqual(UNTOUCHED);
  });

  it.each(["move", "copy"])("is no destination of %s", async (verb) => {
    for (const dest of CLIMBING) {
      const params = { source: "gcodes/a.gcode", dest };
      await client.call(`server.files.${verb}`, params).catch(String);
    }
    expect(await outside()).toEqual(UNTOUCHED);
  });

  it("is no name of an upload", async () => {
    for (const path of ["../../evil", "/tmp/evil", "..\\..\\evil"]) {
      for (const field of ["path", "root", "filename"]) {
        const form = new FormData();
        if (field !== "filename") form.append(field, path);
        const name = field === "filename" ? `${path}.gcode` : "evil.gcode";
        form.append("file", new Blob(["G28\nG1 X1 E1\n"]), name);
        await fetch(`${endpoint}server/files/upload`, { method: "POST", body: form });
      }
    }
    expect(await outside()).toEqual(UNTOUCHED);
  });

  it.each(["GET", "HEAD", "DELETE"])("is not served over HTTP, by %s", async (method) => {
    for (const path of [
      "server/files/gcodes/../../../secret.gcode",
      "server/files/gcodes/%2e%2e/%2e%2e/%2e%2e/secret.gcode",
      "server/files/gcodes/..%2f..%2f..%2fsecret.gcode",
      "server/files/gcodes/printer/..%2f..%2fsecret.gcode",
      "server/files/gcodes/.thumbs/..%2f..%2f..%2fsecret.gcode",
      "server/files/config/..%2f..%2fsecret.gcode",
      "../../../../etc/passwd",
    ]) {
      const [status, body] = await raw(method, path);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(body).not.toContain(SECRET);
    }
    expect(await outside()).toEqual(UNTOUCHED);
  });

  /** Not fetch, which would take the dots out before they are sent. */
  function raw(method: string, path: string): Promise<[number, string]> {
    const { port, hostname, pathname } = new URL(endpoint);
    return new Promise((resolve, reject) => {
      const sent = request({ method, port, hostname, path: pathname + path }, (response) => {
        let body = "";
        response.on("data", (chunk: Buffer) => (body += chunk.toString()));
        response.on("end", () => resolve([response.statusCode ?? 0, body]));
      });
      sent.on("error", reject);
      sent.end();
    });
  }
});
