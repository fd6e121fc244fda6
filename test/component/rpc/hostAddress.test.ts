import { describe, expect, it } from "vitest";
import { hostAddress, thumbnailUrl } from "@/rpc/hostAddress.ts";
import { readAnswer } from "@/rpc/uploadFile.ts";

describe("the host's address", () => {
  it("is the one that served the page", () => {
    expect(hostAddress({ href: "http://127.0.0.1:7140/index.html#board" })).toEqual({
      http: "http://127.0.0.1:7140",
      websocket: "ws://127.0.0.1:7140/websocket",
    });
  });

  it("is secure when the page is", () => {
    expect(hostAddress({ href: "https://farm.test/" }).websocket).toBe("wss://farm.test/websocket");
  });

  it("is the desktop app's where the page has a scheme of its own", () => {
    const bridge = { hostUrl: "http://127.0.0.1:50123/" };
    const address = hostAddress({ href: "nextplate://app/" }, bridge);
    expect(address.websocket).toBe("ws://127.0.0.1:50123/websocket");
    expect(thumbnailUrl(address, "ab", 64)).toBe(
      "http://127.0.0.1:50123/farm/thumbnails/ab?width=64",
    );
  });
});

describe("the answer to an upload", () => {
  it("is refused in the server's words", () => {
    const body = JSON.stringify({ error: { code: 413, message: "The file is larger than 1 GiB" } });
    expect(() => readAnswer(413, body)).toThrow("The file is larger than 1 GiB");
  });

  it("says at least the status when a proxy answers instead", () => {
    expect(() => readAnswer(502, "<html>")).toThrow("HTTP 502");
  });

  it("names the file as the library knows it", () => {
    const item = { path: "a.gcode", root: "gcodes", modified: 1, size: 2, permissions: "rw" };
    const body = { item, print_started: false, print_queued: false, action: "create_file" };
    expect(readAnswer(201, JSON.stringify(body)).item.path).toBe("a.gcode");
  });
});
