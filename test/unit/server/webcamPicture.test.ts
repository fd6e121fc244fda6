import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { snapshotUrl } from "../../../electron/host/server/webcamPicture.ts";
import { startApiHarness, type ApiHarness, type HarnessPrinter } from "../../support/apiHarness.ts";

const PICTURE = Buffer.from("a picture");

describe("the picture of a printer's camera", () => {
  let api: ApiHarness;
  let voron: HarnessPrinter;
  let camera: Server;
  let address: string;

  beforeAll(async () => {
    camera = createServer((request, response) => {
      const type = request.url?.startsWith("/page") === true ? "text/html" : "image/jpeg";
      if (request.url === "/away") response.writeHead(302, { Location: "http://127.0.0.1:1/" });
      else response.writeHead(200, { "Content-Type": type });
      response.end(PICTURE);
    });
    await new Promise<void>((resolve) => camera.listen(0, "127.0.0.1", resolve));
    const bound = camera.address();
    if (typeof bound !== "object" || bound === null) throw new Error("not listening");
    address = `http://127.0.0.1:${bound.port}`;
    api = await startApiHarness();
    voron = await api.addPrinter("voron");
    voron.link.becomeReady({});
    voron.link.server = { url: address, apiKey: null };
  });
  afterAll(async () => {
    await api.stop();
    camera.close();
  });

  const shot = (snapshot: string, enabled = true) => {
    voron.link.answers.set("server.webcams.list", {
      webcams: [{ name: "nozzle", enabled, snapshot_url: snapshot }],
    });
    return fetch(`${api.url}farm/webcam?printer=voron`);
  };

  it("comes through the host, so that the page needs no other server", async () => {
    const answer = await shot(`${address}/webcam/?action=snapshot`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("image/jpeg");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(PICTURE);
  });

  it("is nothing but a picture, from where the printer itself says", async () => {
    expect((await shot(`${address}/page`)).status).toBe(503);
    expect((await shot(`${address}/away`)).status).toBe(503);
    expect((await shot("file:///etc/passwd")).status).toBe(404);
    expect((await shot(`${address}/shot`, false)).status).toBe(404);
  });

  it("is below the printer's own web server where its address is a path", () => {
    const list = { webcams: [{ snapshot_url: "/webcam/?action=snapshot" }] };
    expect(snapshotUrl(list, "http://voron.local:7125")?.href).toBe(
      "http://voron.local/webcam/?action=snapshot",
    );
    expect(snapshotUrl("nonsense", "http://voron.local:7125")).toBeNull();
  });
});
