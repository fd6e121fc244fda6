import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { multipartForm } from "../../../electron/host/link/multipart.ts";

const ODD = fc.constantFrom("a", '"', "\r", "\n", "\0", "ü", "字", "😀", "-", "--b");

async function* chunks(...parts: readonly string[]): AsyncGenerator<Buffer> {
  for (const part of parts) yield await Promise.resolve(Buffer.from(part));
}

async function collect(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts);
}

describe("multipartForm", () => {
  it("writes fields first, then the file", async () => {
    const file = { name: 'a "b" ü.gcode', size: 6, bytes: chunks("G28\n", "G1") };
    const form = multipartForm({ root: "gcodes", path: "x/y" }, file, "XYZ");
    expect(form.contentType).toBe("multipart/form-data; boundary=XYZ");
    expect((await collect(form.body)).toString()).toBe(
      '--XYZ\r\nContent-Disposition: form-data; name="root"\r\n\r\ngcodes\r\n' +
        '--XYZ\r\nContent-Disposition: form-data; name="path"\r\n\r\nx/y\r\n' +
        '--XYZ\r\nContent-Disposition: form-data; name="file"; filename="a %22b%22 ü.gcode"\r\n' +
        "Content-Type: application/octet-stream\r\n\r\nG28\nG1\r\n--XYZ--\r\n",
    );
  });

  it("knows its length beforehand, to the byte", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: ODD }), { maxLength: 4 }),
        fc.string({ unit: ODD }),
        async (parts, name) => {
          const size = parts.reduce((sum, part) => sum + Buffer.byteLength(part), 0);
          const form = multipartForm({ path: name }, { name, size, bytes: chunks(...parts) }, "b");
          expect((await collect(form.body)).length).toBe(form.contentLength);
        },
      ),
    );
  });

  it.each([5, 7])("fails when the file has other bytes than the %i promised", async (size) => {
    const form = multipartForm({}, { name: "a", size, bytes: chunks("G28\n", "G1") }, "b");
    await expect(collect(form.body)).rejects.toThrow(/instead of/);
  });

  it("lets no name break out of its line", async () => {
    const file = { name: 'x"\r\nEvil: 1', size: 0, bytes: chunks() };
    const text = (await collect(multipartForm({}, file, "b").body)).toString();
    expect(text).toContain('filename="x%22%0D%0AEvil: 1"');
  });
});
