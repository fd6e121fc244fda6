import { describe, expect, it } from "vitest";
import type { TestedPrinter } from "#shared/contract/farm.ts";
import { systemClock } from "#shared/util/clock.ts";
import { readAnnouncement } from "../../../electron/host/discovery/announcement.ts";
import {
  type DiscoveryParts,
  PrinterDiscovery,
} from "../../../electron/host/discovery/printerDiscovery.ts";
import { hostAddresses, localNetworks } from "../../../electron/host/discovery/subnet.ts";
import { silentLogger } from "../../../electron/host/log/logger.ts";
import { ManualClock } from "../../support/manualClock.ts";
import { until } from "../../support/until.ts";

const answers = (name: string): TestedPrinter => ({
  ok: true,
  name,
  klippy_state: "ready",
  moonraker_version: "v0.10.0",
  hostname: name,
  folder: null,
  notice: null,
});
const foreign: TestedPrinter = { ok: false, reason: "not_moonraker", message: "Some web server" };

function discovery(parts: Partial<DiscoveryParts>): PrinterDiscovery {
  return new PrinterDiscovery({
    browse: () => ({ dispose: () => {} }),
    isListening: () => Promise.resolve(false),
    test: (address) => Promise.resolve(answers(address)),
    interfaces: () => ({}),
    clock: systemClock,
    logger: silentLogger,
    ...parts,
  });
}

describe("networks to probe", () => {
  it("are every host address, without those of network and broadcast", () => {
    expect(hostAddresses(["192.168.1.77/30"])).toEqual(["192.168.1.77", "192.168.1.78"]);
    expect(hostAddresses(["10.0.0.0/24"])).toHaveLength(254);
    expect(hostAddresses(["10.0.0.9"])).toEqual(["10.0.0.9"]);
    expect(hostAddresses(["10.0.0.0/30", "10.0.0.1/32"])).toEqual(["10.0.0.1", "10.0.0.2"]);
  });

  it("are refused when they are none, or more than a search may ask", () => {
    for (const wrong of ["", "voron", "1.2.3.4/33", "1.2.3.4/x", "1.2.3/24", "::1/64"]) {
      expect(() => hostAddresses([wrong])).toThrow(/192\.168\.1\.0\/24/);
    }
    expect(() => hostAddresses(["10.0.0.0/8"])).toThrow(/1024 at most/);
    expect(hostAddresses(["10.0.0.0/22"])).toHaveLength(1022);
  });

  it("are this computer's own, never loopback, wide ones narrowed", () => {
    const info = (cidr: string, internal = false) => ({
      address: cidr.split("/")[0] ?? "",
      netmask: "",
      family: "IPv4" as const,
      mac: "",
      internal,
      cidr,
    });
    expect(
      localNetworks({
        lo: [info("127.0.0.1/8", true)],
        eth0: [info("192.168.7.20/24")],
        wlan0: [info("192.168.7.21/24")],
        docker0: [info("172.17.5.1/16")],
      }),
    ).toEqual([
      { cidr: "192.168.7.0/24", interface: "eth0", addresses: 254 },
      { cidr: "172.17.5.0/24", interface: "docker0", addresses: 254 },
    ]);
  });
});

describe("an announcement", () => {
  it("gives an address one can dial, IPv4 before a name", () => {
    const service = { name: "Moonraker @ voron", host: "voron.local.", port: 7125 };
    expect(readAnnouncement(service)).toEqual({ address: "voron.local:7125", name: "voron" });
    expect(readAnnouncement({ ...service, addresses: ["fe80::1", "10.0.0.4"] })).toEqual({
      address: "10.0.0.4:7125",
      name: "voron",
    });
    expect(readAnnouncement({ ...service, name: "Left", txt: { route_prefix: "/voron" } })).toEqual(
      { address: "http://voron.local:7125/voron", name: "Left" },
    );
  });

  it.each([
    null,
    {},
    { name: "x", host: "h", port: 0 },
    { name: "x", host: "a b", port: 1 },
    { name: "x", host: "user@h", port: 1 },
    { name: "x", host: "", port: 1 },
  ])("that makes no sense is left out: %j", (service) => {
    expect(readAnnouncement(service)).toBeUndefined();
  });
});

describe("a search for printers", () => {
  it("touches no network before it is asked to", () => {
    const search = discovery({
      browse: () => {
        throw new Error("browsed");
      },
      isListening: () => Promise.reject(new Error("connected")),
    });
    expect(search.state).toMatchObject({ running: false, found: [] });
  });

  it("lists what announces itself, each once, with what its test says", async () => {
    const clock = new ManualClock();
    let disposed = false;
    const search = discovery({
      clock,
      browse: (onService) => {
        const service = { name: "Moonraker @ voron", host: "voron.local", port: 7125 };
        onService(service);
        onService(service);
        onService({ nonsense: true });
        return { dispose: () => void (disposed = true) };
      },
    });
    search.start({ announcements: true, networks: [] });
    await until(() => search.state.found.length > 0);
    expect(search.state.running).toBe(true);
    await clock.advance(6_000);
    await until(() => !search.state.running);
    expect(disposed).toBe(true);
    expect(search.state.found).toEqual([
      {
        address: "voron.local:7125",
        name: "voron",
        source: "mdns",
        tested: answers("voron.local:7125"),
      },
    ]);
  });

  it("asks each address once and keeps only Moonrakers", async () => {
    const asked: string[] = [];
    const search = discovery({
      isListening: (host) => {
        asked.push(host);
        return Promise.resolve(host.endsWith(".5") || host.endsWith(".6"));
      },
      test: (address) =>
        Promise.resolve(address.startsWith("10.0.0.6") ? foreign : answers("voron")),
    });
    search.start({ announcements: false, networks: ["10.0.0.0/24"] });
    await until(() => !search.state.running);
    expect(new Set(asked).size).toBe(254);
    expect(search.state).toMatchObject({ done: 254, total: 254 });
    expect(search.state.found.map(({ address, name }) => [address, name])).toEqual([
      ["10.0.0.5:7125", "voron"],
    ]);
  });

  it("stops asking when it is given up, and keeps what it found", async () => {
    let asked = 0;
    const search = discovery({
      isListening: async () => {
        if (++asked === 60) search.cancel();
        await Promise.resolve();
        return asked === 1;
      },
    });
    search.start({ announcements: false, networks: ["10.0.0.0/22"] });
    await until(() => !search.state.running);
    await search.stop();
    expect(asked).toBeLessThan(200);
    expect(search.state.total).toBe(1022);
  });

  it("says so when announcements cannot be heard, and probes all the same", async () => {
    const search = discovery({
      browse: () => {
        throw new Error("no multicast here");
      },
      isListening: () => Promise.resolve(true),
    });
    search.start({ announcements: true, networks: ["10.0.0.1/32"] });
    await until(() => !search.state.running);
    expect(search.state.problems[0]).toContain("no multicast here");
    expect(search.state.found).toHaveLength(1);
  });
});
