import { createServer, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { FarmSnapshot } from "#shared/contract/farm.ts";
import { FAULT_LINKS } from "../../support/faultLinks.ts";
import { eventually, FaultStage } from "../../support/faultStage.ts";

const A = "a.gcode";
const B = "b.gcode";

/** Accepts connections and never says a word. */
async function silentPort(onEnd: (close: () => Promise<void>) => void): Promise<number> {
  const open = new Set<Socket>();
  const server = createServer((socket) => open.add(socket.on("error", () => {})));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onEnd(() => {
    for (const socket of open) socket.destroy();
    return new Promise((resolve) => server.close(() => resolve()));
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return address.port;
}

describe.each(FAULT_LINKS)("a farm behind $name with a hundred dead printers", ({ by, open }) => {
  it("is ready in two seconds and answers at once beside 100 printers nobody can reach", async ({
    onTestFinished,
  }) => {
    const stage = await open(onTestFinished);
    for (let n = 0; n < 100; n++) {
      // Half refuse the connection, half take it and never answer. One address is one machine.
      const refusing = `127.0.0.${n + 2}:1`;
      const address = n % 2 === 0 ? refusing : `127.0.0.1:${await silentPort(onTestFinished)}`;
      await stage.farm.client.call("farm.printers.add", {
        name: `gone ${n}`,
        link: { kind: by, address },
      });
    }
    const stopped = performance.now();
    await stage.stopHost();
    expect(performance.now() - stopped).toBeLessThan(5_000);
    const begun = performance.now();
    await stage.restartHost();
    expect(performance.now() - begun).toBeLessThan(2_000);
    await stage.until("the living printer", ({ link }) => link.state === "connected");
    const times: number[] = [];
    for (let n = 0; n < 20; n++) {
      const asked = performance.now();
      await stage.farm.client.ask(FarmSnapshot, "farm.snapshot", {});
      times.push(performance.now() - asked);
    }
    expect(times.toSorted((a, b) => a - b)[10]).toBeLessThan(250);
    await stage.print([A, B]);
    await stage.runDry();
    expect([stage.starts(A), stage.starts(B)]).toEqual([1, 1]);
    expect(await stage.end()).toEqual([]);
  });
});

/** Over a Moonraker only: behind Klipper's own socket a file is copied on this computer, in no time. */
describe("a farm with a slow printer", () => {
  it("prints on while one printer takes minutes for an upload", async ({ onTestFinished }) => {
    const stage = await FaultStage.open(onTestFinished, { machines: 5 });
    stage.machine(0).faults.uploadSlow(2_000);
    await stage.print(["huge.gcode"], 60_000, 0);
    await stage.until("the upload", ({ activity }) => activity === "transferring", 0);
    const others = [1, 2, 3, 4];
    await Promise.all(
      others.map(async (n) => {
        await stage.print([`part-${n}.gcode`], undefined, n);
        await stage.runDry(n);
      }),
    );
    expect(others.map((n) => stage.starts(`part-${n}.gcode`, n))).toEqual([1, 1, 1, 1]);
    expect((await stage.view(0)).activity).toBe("transferring");
    expect(await stage.end()).toEqual([]);
  });
});

describe.each(FAULT_LINKS)("a machine behind $name that clears itself", ({ open }) => {
  it("goes from the end of one print to the start of the next without a timer's sleep", async ({
    onTestFinished,
  }) => {
    const stage = await open(onTestFinished, {
      options: { plate_policy: "self_clearing" },
    });
    await stage.print([A, B], 2_000);
    await eventually("the second start", () => stage.starts(B) === 1);
    const [end] = stage.events("finished");
    const start = stage.events("start_requested")[1];
    expect((start?.time ?? 0) - (end?.time ?? 0)).toBeLessThan(10_000);
    await stage.runDry();
    expect(await stage.end()).toEqual([]);
  });
});
