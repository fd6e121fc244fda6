import { once } from "node:events";
import { createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import WebSocket from "ws";
import { ReachView } from "#shared/contract/farmReach.ts";
import { PrinterId } from "#shared/domain/ids.ts";
import { readAnnouncement } from "../../../electron/host/discovery/announcement.ts";
import type { AnnouncedService } from "../../../electron/host/discovery/announcer.ts";
import { Announcements } from "../../../electron/host/server/announcements.ts";
import { ReachSettings } from "../../../electron/host/server/reachSettings.ts";
import { ApiClient, uploadFile } from "../../support/apiClient.ts";
import {
  memorySettings,
  startApiHarness,
  type ApiHarness,
  type HarnessPrinter,
} from "../../support/apiHarness.ts";
import { TINY_GCODE } from "../../support/openTestLibrary.ts";
import { until } from "../../support/until.ts";

let api: ApiHarness;
let voron: HarnessPrinter;
let client: ApiClient;
beforeEach(async () => {
  api = await startApiHarness();
  voron = await api.addPrinter("voron");
  await api.addPrinter("ender");
  client = await ApiClient.connect(api.url);
});
afterEach(async () => {
  await client.close();
  await api.stop();
});

const setPort = (params: object): Promise<ReachView> =>
  client.ask(ReachView, "farm.reach.set_port", { printer: "voron", port: 0, ...params });
const rootOf = ({ ports }: ReachView): string => `http://127.0.0.1:${ports.at(-1)?.port ?? 0}/`;

describe("a port of its own", () => {
  it("makes a printer the whole server, for clients that cannot take a path", async () => {
    const root = rootOf(await setPort({ endpoint: "printer" }));
    await api.putFile(voron.id, "a.gcode");
    const own = await ApiClient.connect(root);
    await own.call("server.job_queue.post_job", { filenames: ["a.gcode"] });
    expect(voron.engine.commands).toMatchObject([{ kind: "post" }]);
    expect(await own.call("server.info")).toMatchObject({ klippy_state: "disconnected" });
    expect(await (await fetch(`${root}queue/server/info`)).json()).toMatchObject({
      result: { klippy_state: "ready" },
    });
    await own.close();
  });

  it("can be that of the queue, which is what slicers want", async () => {
    const root = rootOf(await setPort({}));
    const response = await uploadFile(root, "b.gcode", TINY_GCODE);
    expect(response.status).toBe(201);
    expect(response.headers.get("location")).toBe(`${root}server/files/gcodes/b.gcode`);
    expect((await fetch(response.headers.get("location") ?? "")).status).toBe(200);
    expect(await (await fetch(`${root}api/job`)).json()).toMatchObject({ state: "Operational" });
  });

  it("explains itself to a browser, with its own addresses", async () => {
    const root = rootOf(await setPort({ endpoint: "printer" }));
    const text = await (await fetch(root)).text();
    expect(text).toContain("<code>/queue/</code>");
    expect(text).not.toContain("/printers/voron");
  });

  it("has no endpoint of another printer, and no board", async () => {
    const root = rootOf(await setPort({}));
    for (const path of [
      "printers/ender/server/info",
      "printers/ender/queue/server/info",
      "index.html",
    ]) {
      expect((await fetch(root + path)).status).toBe(404);
    }
    const socket = new WebSocket(`${root.replace("http", "ws")}printers/ender/websocket`);
    const [, response] = await once(socket, "unexpected-response");
    expect(Number(response.statusCode)).toBe(404);
    socket.on("error", () => {});
    socket.terminate();
  });

  it("refuses foreign names and pages as the farm's port does", async () => {
    const root = rootOf(await setPort({}));
    const origin = { Origin: "http://evil.example" };
    const print = await fetch(`${root}printer/print/start`, { method: "POST", headers: origin });
    expect(print.status).toBe(403);
  });

  it("is kept, moved and taken away", async () => {
    const first = rootOf(await setPort({}));
    const second = rootOf(await setPort({}));
    expect(second).not.toBe(first);
    await expect(fetch(`${first}server/info`)).rejects.toThrow(/fetch failed/);
    const own = await ApiClient.connect(second);
    expect((await setPort({ port: null })).ports).toEqual([]);
    // A client that is there is told so by the end of its connection.
    await expect(own.call("server.info")).rejects.toThrow(/clos|connect/i);
    await expect(fetch(`${second}server/info`)).rejects.toThrow(/fetch failed/);
    await expect(setPort({ port: null })).rejects.toThrow(/no port of its own/);
    await expect(setPort({ printer: "nobody" })).rejects.toThrow(/There is no printer "nobody"/);
  });

  it("that is taken is refused with a sentence, and nothing changes", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const address = other.address();
    const taken = typeof address === "object" && address !== null ? address.port : 0;
    await setPort({});
    await expect(setPort({ port: taken })).rejects.toThrow(/already in use/);
    const { ports } = await client.ask(ReachView, "farm.reach.get");
    expect(ports).toMatchObject([{ printer: "voron", problem: null }]);
    expect((await fetch(`http://127.0.0.1:${ports[0]?.port}/server/info`)).status).toBe(200);
    other.close();
  });

  it("goes with its printer", async () => {
    const root = rootOf(await setPort({}));
    await client.call("farm.printers.remove", { printer: "voron" });
    await until(() =>
      fetch(`${root}server/info`).then(
        () => false,
        () => true,
      ),
    );
    expect((await client.ask(ReachView, "farm.reach.get")).ports).toEqual([]);
  });
});

describe("web origins", () => {
  const ORIGIN = "http://mainsail.local";
  const ask = (method: string): Promise<Response> =>
    fetch(`${api.url}server/info`, { method, headers: { Origin: ORIGIN } });

  it("get answers their pages may read only when they are allowed", async () => {
    expect((await ask("GET")).headers.get("access-control-allow-origin")).toBeNull();
    await client.call("farm.reach.set", { origins: [`${ORIGIN}/`, ORIGIN] });
    expect((await client.ask(ReachView, "farm.reach.get")).origins).toEqual([ORIGIN]);
    const allowed = await ask("OPTIONS");
    expect(allowed.status).toBe(204);
    expect(Object.fromEntries(allowed.headers)).toMatchObject({
      "access-control-allow-origin": ORIGIN,
      "access-control-allow-private-network": "true",
      vary: "Origin",
    });
    expect(allowed.headers.get("access-control-allow-headers")).toContain("Authorization");
    await client.call("farm.reach.set", { origins: [] });
    expect((await ask("OPTIONS")).status).toBe(405);
  });

  it.each(["*", "null", "mainsail.local", "http://a/b", "file:///x", "http://user@a"])(
    "are not %s",
    async (origin) => {
      await expect(client.call("farm.reach.set", { origins: [origin] })).rejects.toThrow(/origin/);
    },
  );
});

describe("announcing printers", () => {
  const announced: AnnouncedService[] = [];
  const announcements = (openToNetwork: boolean, reach: ReachSettings): Announcements =>
    new Announcements({
      farm: api.farm,
      reach,
      announce: (service) => {
        announced.push(service);
        return { dispose: () => announced.splice(announced.indexOf(service), 1) };
      },
      port: () => 7140,
      openToNetwork,
    });

  it("happens on request only, and ends with it", async () => {
    const reach = new ReachSettings(memorySettings());
    const told = announcements(true, reach);
    told.start();
    expect(announced).toEqual([]);
    await reach.change((present) => ({ ...present, announce: true }));
    expect(announced).toEqual([
      {
        name: "voron @ Nextplate",
        port: 7140,
        txt: { uuid: "voron", https_port: "", route_prefix: "/printers/voron", nextplate: "1" },
      },
      expect.objectContaining({ name: "ender @ Nextplate" }),
    ]);
    const printer = PrinterId.parse("voron");
    const port = { printer, endpoint: "printer", port: 7200 } as const;
    await reach.change((present) => ({ ...present, ports: [port] }));
    expect(announced.find(({ port: at }) => at === 7200)?.txt).toMatchObject({ route_prefix: "" });
    await api.farm.update(printer, { name: "Voron 2.4 " + "ö".repeat(40) });
    expect(announced.every(({ name }) => Buffer.byteLength(name) <= 63)).toBe(true);
    told.stop();
    expect(announced).toEqual([]);
  });

  it("says why not, on a computer nobody else can reach", async () => {
    const reach = new ReachSettings(memorySettings());
    await reach.change((present) => ({ ...present, announce: true }));
    const told = announcements(false, reach);
    told.start();
    expect(announced).toEqual([]);
    expect(told.problem).toMatch(/--host/);
    told.stop();
    await client.call("farm.reach.set", { announce: true });
    expect(await client.call("farm.reach.get")).toMatchObject({
      announce: true,
      announce_problem: expect.stringMatching(/this computer only/),
    });
  });

  it("is never taken for a printer by a search of ours", () => {
    const service = { name: "voron @ Nextplate", host: "pc.local", port: 7140 };
    expect(readAnnouncement(service)).toBeDefined();
    expect(readAnnouncement({ ...service, txt: { nextplate: "1" } })).toBeUndefined();
  });
});
