import { request } from "node:http";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { ApiClient, uploadFile } from "../support/apiClient.ts";
import { FarmDriver } from "../support/farmDriver.ts";
import { startTestHost, type TestHost } from "../support/testHost.ts";

const GCODE = "G28\nG1 X10 Y0 E1 F3000\nM400\n";
const Failure = z.object({ error: z.object({ code: z.number(), message: z.string() }) });

let dataDir: string;
let host: TestHost;
let client: ApiClient;
let farm: FarmDriver;
let before: unknown;

/** Everything a client can see, and every file of the library, also half-written ones. */
async function everything(): Promise<unknown> {
  const { queue, plate } = await farm.view("ada");
  return {
    queue,
    plate,
    files: await client.call("server.files.list"),
    onDisk: (await readdir(join(dataDir, "library"), { recursive: true })).sort(),
  };
}

/** Sends raw bytes to the upload address; `end: false` breaks the connection off instead. */
function sendUpload(
  headers: Record<string, string>,
  body: string,
  end: boolean,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve) => {
    const sending = request(
      `${host.url}server/files/upload`,
      { method: "POST", headers },
      (answer) => {
        let text = "";
        answer.on("data", (chunk: Buffer) => void (text += chunk.toString()));
        answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
      },
    );
    sending.on("error", () => resolve({ status: 0, text: "" }));
    sending.write(body);
    if (end) sending.end();
    else setTimeout(() => sending.destroy(), 50);
  });
}

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "nextplate-bad-"));
  host = await startTestHost({ dataDir, simulate: 1 });
  client = await ApiClient.connect(host.url);
  farm = await FarmDriver.connect(host.url);
  await farm.until("ada", "ready", (view) => view.activity === "idle");
  await farm.upload("ada", "part.gcode", GCODE);
  await client.call("server.job_queue.post_job", { filenames: ["part.gcode"] });
  before = await everything();
});

afterEach(async () => {
  // Whatever was wrong: nothing has changed, and no temporary file is left.
  await expect.poll(everything, { timeout: 5_000 }).toEqual(before);
});

afterAll(async () => {
  await client.close();
  await farm.close();
  await host.stop();
  await rm(dataDir, { recursive: true, force: true });
});

describe("bad input over JSON-RPC", () => {
  it.each([
    [
      "an unknown file",
      "post_job",
      { filenames: ["nope.gcode"] },
      "G-Code File nope.gcode does not exist",
    ],
    [
      "one unknown file among known ones, with reset",
      "post_job",
      { filenames: ["part.gcode", "nope"], reset: true },
      "nope does not exist",
    ],
    ["a path out of the root", "post_job", { filenames: ["../../etc/passwd"] }, "does not exist"],
    ["an absolute path", "post_job", { filenames: ["/etc/passwd"] }, "does not exist"],
    ["a number for a list", "post_job", { filenames: 5 }, "Expected List type, received int"],
    [
      "a list of numbers",
      "post_job",
      { filenames: [1, 2] },
      "expected all values to be of type str",
    ],
    ["nothing at all", "post_job", {}, "No data for argument: filenames"],
    ["a reset that is no boolean", "post_job", { filenames: ["part.gcode"], reset: 7 }, "reset"],
    [
      "an unknown job id",
      "jump",
      { job_id: "0123456789ABCDEF" },
      "Invalid job id: 0123456789ABCDEF",
    ],
    ["a missing job id", "jump", {}, "No data for argument: job_id"],
  ])("%s is refused with its reason", async (_what, method, params, words) => {
    await expect(client.call(`server.job_queue.${method}`, params)).rejects.toMatchObject({
      code: 400,
      message: expect.stringContaining(words),
    });
  });

  it("an unknown parameter of our own namespace is refused by name", async () => {
    const call = client.call("farm.queue.start", { printer: "ada", now: true });
    await expect(call).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining("now"),
    });
  });

  it("a printer that does not exist is named", async () => {
    const call = client.call("server.job_queue.status", { printer: "nobody" });
    await expect(call).rejects.toMatchObject({ message: expect.stringContaining("nobody") });
  });

  it("a word on a plate that has changed since is refused", async () => {
    const call = client.call("farm.plate.set", { printer: "ada", state: "clear", revision: 999 });
    await expect(call).rejects.toMatchObject({ code: 409 });
  });
});

describe("bad input over HTTP", () => {
  it("broken JSON is a parse error, not a crash", async () => {
    const answer = await fetch(`${host.url}server/jsonrpc`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: '{"jsonrpc":"2.0",',
    });
    expect(Failure.parse(await answer.json()).error).toMatchObject({ code: -32700 });
  });

  it.each([
    ["of 300 characters", `${"x".repeat(300)}.gcode`, "255"],
    ["with a newline", "a\nM112.gcode", "line break"],
    ["that leaves the root", "../../escape.gcode", ".."],
    ["with a NUL", "a\u0000.gcode", "control character"],
    ["that is no g-code's", "notes.txt", ".gcode"],
  ])("an upload under a name %s is refused with the reason", async (_what, name, words) => {
    const folder = name.slice(0, Math.max(0, name.lastIndexOf("/")));
    const file = encodeURIComponent(name.slice(name.lastIndexOf("/") + 1));
    const part = (disposition: string, text: string): string =>
      `--x\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${text}\r\n`;
    const answer = await sendUpload(
      { "Content-Type": "multipart/form-data; boundary=x" },
      // As an encoded parameter any character can arrive in a name.
      `${part('name="path"', folder)}${part(`name="file"; filename*=UTF-8''${file}`, GCODE)}--x--\r\n`,
      true,
    );
    expect(answer.status).toBe(400);
    const { message } = Failure.parse(JSON.parse(answer.text)).error;
    expect(message.toLowerCase()).toContain(words.toLowerCase());
  });

  it("bytes that are no g-code are refused with the reason", async () => {
    const answer = await uploadFile(host.url, "page.gcode", "<!doctype html><title>404</title>");
    expect(answer.status).toBe(400);
    expect(Failure.parse(await answer.json()).error.message).toMatch(/g-code/i);
  });

  it("a checksum that does not match is a 422", async () => {
    const form = new FormData();
    form.append("checksum", "0".repeat(64));
    form.append("file", new Blob([GCODE]), "sum.gcode");
    const answer = await fetch(`${host.url}server/files/upload`, { method: "POST", body: form });
    expect(answer.status).toBe(422);
  });

  it("an upload of 2 GiB is refused by its announced length, before its bytes come", async () => {
    const { status } = await sendUpload(
      { "Content-Type": "multipart/form-data; boundary=x", "Content-Length": String(2 ** 31) },
      '--x\r\nContent-Disposition: form-data; name="file"; filename="big.gcode"\r\n\r\nG28\n',
      false,
    );
    expect(status).toBe(413);
  });

  it("an upload cut off in the middle leaves nothing", async () => {
    const { status } = await sendUpload(
      { "Content-Type": "multipart/form-data; boundary=x", "Content-Length": "100000" },
      `--x\r\nContent-Disposition: form-data; name="file"; filename="cut.gcode"\r\n\r\n${GCODE.repeat(50)}`,
      false,
    );
    expect(status).not.toBe(201);
  });

  it("a multipart body that ends without its last boundary is a 400", async () => {
    const { status } = await sendUpload(
      { "Content-Type": "multipart/form-data; boundary=x" },
      `--x\r\nContent-Disposition: form-data; name="file"; filename="torn.gcode"\r\n\r\n${GCODE}`,
      true,
    );
    expect(status).toBe(400);
  });
});
