import { createServer, request as httpRequest, type Server } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RemoteError } from "#shared/rpc/errors.ts";
import { isRelayedPath } from "../../../electron/host/server/httpRelay.ts";
import { isHandedOn, scopeOfPath } from "../../../electron/host/server/printerSide.ts";
import { ApiClient } from "../../support/apiClient.ts";
import { startApiHarness, type ApiHarness, type HarnessPrinter } from "../../support/apiHarness.ts";
import { until } from "../../support/until.ts";

let api: ApiHarness;
let voron: HarnessPrinter;
let ender: HarnessPrinter;
let moonraker: Server;
/** What reached the printer's Moonraker over HTTP. */
const seen: { method: string; url: string; headers: object; body: string }[] = [];

beforeAll(async () => {
  moonraker = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      seen.push({ method, url, headers, body });
      const status = url.includes("missing") ? 404 : 200;
      response.writeHead(status, { "Content-Type": "text/html", "Set-Cookie": "a=b" });
      response.end(`<script>${body}</script>`);
    });
  });
  await new Promise<void>((resolve) => moonraker.listen(0, "127.0.0.1", resolve));
  const address = moonraker.address();
  if (typeof address !== "object" || address === null) throw new Error("not listening");
  api = await startApiHarness();
  voron = await api.addPrinter("voron");
  ender = await api.addPrinter("ender");
  voron.link.becomeReady({ toolhead: { position: [0, 0, 0, 0] }, bed_mesh: { profile: "x" } });
  voron.link.server = { url: `http://127.0.0.1:${address.port}`, apiKey: "key-of-the-printer" };
});
afterAll(async () => {
  await api.stop();
  moonraker.close();
});

describe("methods of the printer's own Moonraker", () => {
  it("are handed on with their arguments and answered as it answers", async () => {
    voron.link.answers.set("machine.update.status", { busy: false });
    const client = await ApiClient.connect(`${api.url}printers/voron/`);
    expect(await client.call("machine.update.status", { refresh: true })).toEqual({ busy: false });
    expect(voron.link.requests.at(-1)).toEqual({
      method: "machine.update.status",
      params: { refresh: true },
    });
    await client.close();
  });

  it("keep the code, the words and the details of their errors", async () => {
    voron.link.answers.set("server.spoolman.status", new RemoteError(424, "Agent says no", [1]));
    const client = await ApiClient.connect(`${api.url}printers/voron/`);
    await expect(client.call("server.spoolman.status")).rejects.toMatchObject({
      code: 424,
      message: "Agent says no",
      data: [1],
    });
    await client.close();
  });

  it("go to the printer named, on the root", async () => {
    voron.link.answers.set("machine.peripherals.usb", { usb_devices: [] });
    const client = await ApiClient.connect(api.url);
    await client.call("machine.peripherals.usb", { printer: "voron" });
    expect(voron.link.requests.at(-1)?.params).toEqual({});
    await expect(client.call("machine.peripherals.usb", { printer: "ender" })).rejects.toThrow(
      /Switch the printer on/,
    );
    await client.close();
  });

  it.each([
    "server.job_queue.nope",
    "server.files.nope",
    "server.database.compact",
    "server.connection.register_remote_method",
    "access.users.list2",
    "farm.nope",
    "nope",
    "printer.list endpoints",
  ])("are not ours to hand on when called %s", (name) => expect(isHandedOn(name)).toBe(false));
});

describe("paths of the printer's own Moonraker", () => {
  it("are relayed both ways with the printer's key and none of our client's", async () => {
    const response = await fetch(`${api.url}printers/voron/machine/update/refresh?name=x&token=t`, {
      method: "POST",
      headers: { Cookie: "c=1", Authorization: "Bearer ours", "X-Api-Key": "ours" },
      body: "alert(1)",
    });
    expect(await response.text()).toBe("<script>alert(1)</script>");
    const last = seen.at(-1);
    expect(last).toMatchObject({ method: "POST", url: "/machine/update/refresh?name=x" });
    expect(last?.headers).toMatchObject({ "x-api-key": "key-of-the-printer" });
    expect(JSON.stringify(last?.headers)).not.toMatch(/ours|c=1/);
  });

  it("bring no page of theirs to life on our origin", async () => {
    const response = await fetch(`${api.url}printers/voron/server/files/config/evil.html`);
    expect(response.headers.get("content-security-policy")).toMatch(/^sandbox/);
    expect(response.headers.get("set-cookie")).toBeNull();
  });

  /** Of what Moonraker serves to GET too, since Klipper's own methods know no verbs. */
  const ACTING = ["gcode/restart", "gcode/firmware_restart", "pause_resume/cancel"];
  /** What browsers tell of themselves with a GET that some page made them send. */
  const PAGES = [
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-origin" },
    { referer: "http://evil.example/" },
    { origin: "http://evil.example" },
    { "user-agent": "Mozilla/5.0 (X11; Linux x86_64)" },
  ];

  it.each(ACTING)("that act at GET are for programs, not for pages: %s", async (path) => {
    const address = `${api.url}printers/voron/printer/${path}`;
    const before = seen.length;
    for (const headers of PAGES) {
      expect(await statusOf(address, headers)).toBe(403);
    }
    expect(seen.length).toBe(before);
    expect(await statusOf(address, {})).toBe(200);
    expect(seen.length).toBe(before + 1);
  });

  it.each(["gcode/script?script=G28", "emergency_stop"])(
    "that are ours and act at GET, as Klipper's do on Moonraker, are for programs too: %s",
    async (path) => {
      const address = `${api.url}printers/voron/printer/${path}`;
      for (const headers of PAGES) expect(await statusOf(address, headers)).toBe(403);
      expect(await statusOf(address, {})).toBe(200);
    },
  );

  it.each(["query_endstops/status", "gcode/help"])(
    "that only look are for pages too: %s",
    async (path) => {
      const address = `${api.url}printers/voron/printer/${path}`;
      expect(await statusOf(address, { "sec-fetch-site": "cross-site" })).toBe(200);
    },
  );

  it("need a key that may operate where a GET acts", () => {
    for (const path of ACTING) expect(scopeOfPath("GET", `/printer/${path}`)).toBe("operate");
    expect(scopeOfPath("GET", "/printer/query_endstops/status")).toBe("read");
    expect(scopeOfPath("GET", "/machine/update/status")).toBe("read");
    expect(scopeOfPath("POST", "/machine/reboot")).toBe("admin");
  });

  it("keep their status", async () => {
    const path = "server/files/config/.theme/missing.json";
    expect((await fetch(`${api.url}printers/voron/${path}`)).status).toBe(404);
  });

  it("say what to do while the printer is off, and that a file is not there", async () => {
    const off = await fetch(`${api.url}printers/ender/machine/update/status`);
    expect(off.status).toBe(503);
    expect(await off.text()).toMatch(/Switch the printer on/);
    const theme = await fetch(`${api.url}printers/ender/server/files/config/.theme/default.json`);
    expect(theme.status).toBe(404);
  });

  it.each([
    "/server/files/gcodes/nextplate/x.gcode",
    "/server/files/%67codes/x.gcode",
    "/server/files/config/../gcodes/x.gcode",
    "/server/files/config/%2e%2e/gcodes/x.gcode",
    "/server/files/config%2F..%2Fgcodes/x.gcode",
    "/server/files/config/..\\gcodes/x.gcode",
    "/server/job_queue/nope",
    "/server/database/backup",
    "/access/users/list",
    "/server//files/config/x",
    "/printer/%70rint/start",
    "/%70rinter/gcode/restart",
    "/printer/pause_resume%2Fcancel",
    "/%",
  ])("are not relayed: %s", (path) => expect(isRelayedPath(path)).toBe(false));
});

/** Not fetch, which says of itself what it likes. */
function statusOf(address: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(address, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on("error", reject);
    sent.end();
  });
}

describe("what clients follow", () => {
  const updates = (client: ApiClient): unknown[] =>
    client.notifications
      .filter(({ method }) => method === "notify_status_update")
      .map(({ params }) => params[0]);

  it("is asked of the printer once for all, and each client gets its own part", async () => {
    const one = await ApiClient.connect(`${api.url}printers/voron/`);
    const two = await ApiClient.connect(`${api.url}printers/voron/`);
    await one.call("printer.objects.subscribe", { objects: { bed_mesh: null } });
    const answer = await two.call("printer.objects.subscribe", {
      objects: { toolhead: ["max_velocity", "position"] },
    });
    expect(answer).toMatchObject({
      status: { toolhead: { max_velocity: null, position: [0, 0, 0, 0] } },
    });
    expect(voron.link.followed.at(-1)).toEqual({
      bed_mesh: null,
      toolhead: ["max_velocity", "position"],
    });
    voron.link.say({ bed_mesh: { profile: "y" }, toolhead: { max_velocity: 300, stalls: 1 } }, 1);
    await until(() => updates(one).length > 0 && updates(two).length > 0);
    expect(updates(one)).toEqual([{ bed_mesh: { profile: "y" } }]);
    expect(updates(two)).toEqual([{ toolhead: { max_velocity: 300 } }]);
    await Promise.all([one.close(), two.close()]);
  });

  it("is replaced by a client's next subscription", async () => {
    const client = await ApiClient.connect(`${api.url}printers/voron/`);
    await client.call("printer.objects.subscribe", { objects: { bed_mesh: null } });
    await client.call("printer.objects.subscribe", { objects: { toolhead: ["stalls"] } });
    voron.link.say({ bed_mesh: { profile: "z" }, toolhead: { stalls: 2 } }, 2);
    await until(() => updates(client).length > 0);
    expect(updates(client)).toEqual([{ toolhead: { stalls: 2 } }]);
    await client.close();
  });
});

describe("a subscription made over HTTP", () => {
  const subscribe = (path: string, query: string): Promise<Response> =>
    fetch(`${api.url}${path}printer/objects/subscribe?${query}`, { method: "POST" });

  it("is that of the caller's websocket which it names", async () => {
    const client = await ApiClient.connect(`${api.url}printers/voron/`);
    const { websocket_id: id } = Object(await client.call("server.websocket.id"));
    const query = `connection_id=${id}&toolhead=position,max_velocity&bed_mesh`;
    const answer = await subscribe("printers/voron/", query);
    expect(await answer.json()).toMatchObject({
      result: { status: { toolhead: { position: [0, 0, 0, 0] }, bed_mesh: {} } },
    });
    voron.link.say({ bed_mesh: { profile: "http" } }, 3);
    await until(() => client.notifications.length > 0);
    expect(client.notifications.at(-1)?.params[0]).toEqual({ bed_mesh: { profile: "http" } });
    await client.close();
    expect((await subscribe("printers/voron/", query)).status).toBe(400);
  });

  it("is refused where the websocket is none, or one at another endpoint", async () => {
    const client = await ApiClient.connect(`${api.url}printers/voron/`);
    const { websocket_id: id } = Object(await client.call("server.websocket.id"));
    for (const [path, query] of [
      ["printers/voron/", "toolhead"],
      ["printers/voron/", "connection_id=x&toolhead"],
      ["printers/voron/", "connection_id=999999&toolhead"],
      ["printers/voron/queue/", `connection_id=${id}&toolhead`],
      ["", `connection_id=${id}&toolhead`],
    ] as const) {
      const answer = await subscribe(path, query);
      expect([answer.status, await answer.json()]).toEqual([
        400,
        {
          error: {
            code: 400,
            message: "No connection associated with subscription request",
          },
        },
      ]);
    }
    await client.close();
  });
});

describe("notifications of the printer's own Moonraker", () => {
  it("reach its clients, ours kept apart from its own queue's", async () => {
    const client = await ApiClient.connect(`${api.url}printers/voron/`);
    const other = await ApiClient.connect(`${api.url}printers/ender/`);
    voron.link.notify("notify_job_queue_changed", [{ action: "jobs_added" }]);
    voron.link.notify("notify_webcams_changed", [{ webcams: [] }]);
    await until(() => client.notifications.length > 0);
    expect(client.notifications).toEqual([
      { kind: "notification", method: "notify_webcams_changed", params: [{ webcams: [] }] },
    ]);
    await other.call("server.info");
    expect(other.notifications).toEqual([]);
    expect(ender.link.requests).toEqual([]);
    await Promise.all([client.close(), other.close()]);
  });
});
