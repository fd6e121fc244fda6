import { describe, expect, it } from "vitest";
import { addressIdentity, hardwareIdentity } from "../../../electron/host/link/machineIdentity.ts";

const card = (mac: string): object => ({ mac_address: mac, ip_addresses: [] });
const info = (network: object, serial = ""): object => ({
  system_info: { cpu_info: { serial_number: serial, cpu_count: 4 }, network },
});

describe("hardwareIdentity", () => {
  it("is the board's serial number where it has one", () => {
    const network = { eth0: card("dc:a6:32:00:00:01") };
    expect(hardwareIdentity(info(network, "00000000ABCD1234"))).toBe("serial:00000000abcd1234");
  });

  it("is else the network cards, in any order, without made-up ones", () => {
    const network = {
      wlan0: card("DC:A6:32:00:00:02"),
      docker0: card("02:42:00:00:00:01"),
      eth0: card("dc:a6:32:00:00:01"),
      lo: card("00:00:00:00:00:00"),
    };
    expect(hardwareIdentity(info(network, "0000000000000000"))).toBe(
      "mac:dc:a6:32:00:00:01,dc:a6:32:00:00:02",
    );
  });

  it.each([[undefined], [null], ["x"], [{}], [info({})], [info({ lo: card("") })]])(
    "is unknown for %j",
    (answer) => {
      expect(hardwareIdentity(answer)).toBeUndefined();
    },
  );
});

describe("addressIdentity", () => {
  it("is the same for names of one address", async () => {
    expect(await addressIdentity("http://127.0.0.1:7125")).toBe("address:127.0.0.1");
    expect(await addressIdentity("http://127.0.0.1:7126/prefix")).toBe("address:127.0.0.1");
    expect(await addressIdentity("http://[::1]:7125")).toBe("address:::1");
  });

  it("is the name itself when nobody knows it", async () => {
    expect(await addressIdentity("http://no-such-host.invalid")).toBe("host:no-such-host.invalid");
  });
});
