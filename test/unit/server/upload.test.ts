import { createHash } from "node:crypto";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppError } from "#shared/rpc/errors.ts";
import { startApiHarness, type ApiHarness, type HarnessPrinter } from "../../support/apiHarness.ts";
import { TINY_GCODE } from "../../support/openTestLibrary.ts";
import { until } from "../../support/until.ts";

describe("an upload", () => {
  let api: ApiHarness;
  let printer: HarnessPrinter;
  beforeAll(async () => {
    api = await startApiHarness({ maxUploadBytes: 100_000 });
    printer = await api.addPrinter("voron");
  });
  afterAll(() => api.stop());

  const send = (parts: readonly (readonly [string, string | Blob, string?])[]) => {
    const form = new FormData();
    for (const [name, value, filename] of parts) {
      if (typeof value === "string") form.append(name, value);
      else form.append(name, value, filename);
    }
    return fetch(`${api.url}server/files/upload`, { method: "POST", body: form });
  };
  const gcode = new Blob([TINY_GCODE]);
  const names = () => api.library.list(printer.id).map((file) => file.path);

  it("is answered as Moonraker does: 201, where it is, and a bare body", async () => {
    const response = await send([["file", gcode, "cube.gcode"]]);
    expect(response.status).toBe(201);
    expect(response.headers.get("location")).toBe(`${api.url}server/files/gcodes/cube.gcode`);
    expect(await response.json()).toEqual({
      item: {
        modified: expect.any(Number),
        size: TINY_GCODE.length,
        permissions: "rw",
        path: "cube.gcode",
        root: "gcodes",
      },
      print_started: false,
      print_queued: false,
      action: "create_file",
    });
  });

  it("takes its folder and checksum from fields before the file", async () => {
    const checksum = createHash("sha256").update(TINY_GCODE).digest("hex").toUpperCase();
    const response = await send([
      ["path", "plates/small"],
      ["checksum", checksum],
      ["file", gcode, "before.gcode"],
    ]);
    expect(response.status).toBe(201);
    expect(names()).toContain("plates/small/before.gcode");
  });

  it("takes its folder and checksum from fields after the file", async () => {
    const right = await send([
      ["file", gcode, "after.gcode"],
      ["path", "late"],
    ]);
    expect(right.status).toBe(201);
    const wrong = await send([
      ["file", gcode, "after.gcode"],
      ["checksum", "00"],
    ]);
    expect(wrong.status).toBe(422);
    expect(names()).toContain("late/after.gcode");
    expect(names()).not.toContain("after.gcode");
  });

  it("is printed when asked to and the printer may start", async () => {
    const response = await send([
      ["print", "true"],
      ["file", gcode, "now.gcode"],
    ]);
    expect(await response.json()).toMatchObject({ print_started: true, print_queued: false });
    expect(printer.engine.commands.at(-1)).toMatchObject({
      kind: "print_now",
      item: { filename: "now.gcode" },
    });
  });

  it("waits in the queue when the printer may not start", async () => {
    printer.engine.refuse = new AppError("bad_request", "The plate is occupied");
    const response = await send([
      ["file", gcode, "later.gcode"],
      ["print", "true"],
    ]);
    expect(await response.json()).toMatchObject({ print_started: false, print_queued: true });
    expect(printer.engine.snapshot.stored.copies.map((copy) => copy.filename)).toEqual([
      "later.gcode",
    ]);
  });

  it("of more bytes than allowed is refused and leaves nothing", async () => {
    const response = await send([["file", new Blob(["G1 X1\n".repeat(50_000)]), "huge.gcode"]]);
    expect(response.status).toBe(413);
    expect(names()).not.toContain("huge.gcode");
  });

  it.each([
    ["no file", [["root", "gcodes"]]],
    ["an empty name", [["file", gcode, ""]]],
    [
      "another root after its g-code",
      [
        ["file", gcode, "x.gcode"],
        ["root", "config"],
      ],
    ],
    ["a name outside the root", [["file", gcode, "../x.gcode"]]],
    [
      "a path outside the root",
      [
        ["path", "../.."],
        ["file", gcode, "x.gcode"],
      ],
    ],
    ["a name of 300 characters", [["file", gcode, `${"x".repeat(300)}.gcode`]]],
    ["something that is not g-code", [["file", new Blob(["hello"]), "notes.txt"]]],
  ] as const)("with %s is refused with a reason and leaves nothing", async (_, parts) => {
    const before = names();
    const response = await send(parts);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: { code: 400, message: expect.stringMatching(/^.{10,}/) },
    });
    expect(names()).toEqual(before);
  });

  it("with a newline in its name is refused", async () => {
    const part =
      "--b\r\nContent-Disposition: form-data; name=\"file\"; filename*=UTF-8''a%0Ab.gcode\r\n\r\n";
    const response = await fetch(`${api.url}server/files/upload`, {
      method: "POST",
      headers: { "Content-Type": "multipart/form-data; boundary=b" },
      body: `${part}${TINY_GCODE}\r\n--b--\r\n`,
    });
    expect(response.status).toBe(400);
    expect(names().filter((name) => name.includes("\n"))).toEqual([]);
  });

  it("announced as two gigabytes is refused before it is sent", async () => {
    const { port } = new URL(api.url);
    const socket = connect(Number(port), "127.0.0.1");
    let answer = "";
    socket.on("data", (chunk: Buffer) => (answer += chunk.toString("utf8")));
    socket.write(
      `POST /server/files/upload HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: ${2 ** 31}\r\n\r\n`,
    );
    await until(() => answer.includes("larger than the limit"));
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    socket.destroy();
  });

  it("whose form has no end is refused and leaves nothing", async () => {
    const before = names();
    const response = await fetch(`${api.url}server/files/upload`, {
      method: "POST",
      headers: { "Content-Type": "multipart/form-data; boundary=b" },
      body: `--b\r\nContent-Disposition: form-data; name="file"; filename="open.gcode"\r\n\r\n${TINY_GCODE}`,
    });
    expect(response.status).toBe(400);
    expect(names()).toEqual(before);
  });

  it("that breaks off leaves nothing behind", async () => {
    const before = names();
    const { port } = new URL(api.url);
    const socket = connect(Number(port), "127.0.0.1");
    const head =
      '--b\r\nContent-Disposition: form-data; name="file"; filename="cut.gcode"\r\n\r\nG28\n';
    socket.write(
      `POST /server/files/upload HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 5000\r\n\r\n${head}`,
    );
    await until(() => socket.bytesWritten > 0);
    socket.destroy();
    const next = await send([["file", gcode, "next.gcode"]]);
    expect(next.status).toBe(201);
    expect(names()).toEqual([...before, "next.gcode"].toSorted());
  });
});
