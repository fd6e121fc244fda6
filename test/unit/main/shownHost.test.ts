import { describe, expect, it } from "vitest";
import { DEFAULT_SETTINGS, type DesktopSettings, mergeSettings } from "#shared/desktop/settings.ts";
import type { HostStart } from "../../../electron/main/hostRunner.ts";
import { ShownHost } from "../../../electron/main/shownHost.ts";

function shownHost(starts: HostStart[], { mayLeave = true, diskTakes = true } = {}) {
  const did: string[] = [];
  let settings: DesktopSettings = DEFAULT_SETTINGS;
  let key: string | null = null;
  const host = new ShownHost({
    runner: {
      start: () => {
        did.push("start");
        return Promise.resolve(starts.shift() ?? { kind: "failed", message: "no more starts" });
      },
      stop: () => {
        did.push("stop");
        return Promise.resolve();
      },
      starting: () => ["Left"],
      holdStarts: (held) => did.push(held ? "hold" : "let go"),
      reconnectNow: () => {},
    },
    settings: {
      get value() {
        return settings;
      },
      change: (change) => {
        if (!diskTakes) throw new Error("disk full");
        return (settings = mergeSettings(settings, change));
      },
    },
    remoteKey: {
      get value() {
        return key;
      },
      set: (next) => (key = next),
    },
    mayLeave: () => {
      did.push("ask");
      return Promise.resolve(mayLeave);
    },
  });
  return { host, did };
}

const own: HostStart = { kind: "running", url: "http://127.0.0.1:7140/" };

describe("the host that is shown", () => {
  it("is the built-in one, without a key, started once", async () => {
    const { host, did } = shownHost([own]);
    expect(host.url).toBeNull();
    await Promise.all([host.reach(), host.reach()]);
    expect(host.access).toEqual({ hostUrl: "http://127.0.0.1:7140/", apiKey: null });
    expect(did).toEqual(["start"]);
  });

  it("can be tried again after a failure", async () => {
    const { host } = shownHost([{ kind: "failed", message: "in use" }, own]);
    await host.reach();
    expect(host.state).toEqual({ kind: "failed", message: "in use" });
    await host.reach();
    expect(host.url).toBe("http://127.0.0.1:7140/");
  });

  it("is another computer's with its key after a change, and never both", async () => {
    const { host, did } = shownHost([own, own]);
    await host.reach();
    await host.connect({ url: "http://farm.local:7140/board?x" }, "KEY");
    expect(host.access).toEqual({ hostUrl: "http://farm.local:7140/", apiKey: "KEY" });
    expect(did).toEqual(["start", "ask", "stop"]);
    await host.connect(null, "KEY");
    expect(host.access).toEqual({ hostUrl: "http://127.0.0.1:7140/", apiKey: null });
  });

  it("stays the built-in one, still running, when the person does not want to leave it while a print starts", async () => {
    const { host, did } = shownHost([own], { mayLeave: false });
    await host.reach();
    expect(await host.connect({ url: "http://farm.local:7140/" }, "KEY")).toBe(false);
    expect(host.access).toEqual({ hostUrl: "http://127.0.0.1:7140/", apiKey: null });
    expect(did).toEqual(["start", "ask"]);
  });

  it("stays the built-in one, its queues going on, when the disk does not take the change", async () => {
    const { host, did } = shownHost([own], { diskTakes: false });
    await host.reach();
    await expect(host.connect({ url: "http://farm.local:7140/" }, "KEY")).rejects.toThrow("full");
    expect(host.access).toEqual({ hostUrl: "http://127.0.0.1:7140/", apiKey: null });
    expect(did).toEqual(["start", "ask", "let go"]);
  });
});
