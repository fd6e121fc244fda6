import { describe, expect, it } from "vitest";
import { EngineHarness } from "../../support/engineHarness.ts";

/** A printer whose history somebody has tidied: the next print gets the id of the entry that is gone. */
async function tidied(options: ConstructorParameters<typeof EngineHarness>[0] = {}) {
  const h = await new EngineHarness(options).start();
  h.link.startByHand("first.gcode");
  h.link.complete();
  await h.advance(1000);
  await h.clearPlate();
  await h.advance(1000);
  return h;
}

describe("a history id that the printer gives a second time", () => {
  it("does not hide a print made while the printer was out of sight", async () => {
    const h = await tidied();
    await h.post("a.gcode");
    h.link.disconnect();
    await h.startQueue();
    h.link.forgetNewestEntry();
    h.link.startByHand("second.gcode");
    h.link.complete();
    h.link.bootKlippy();
    h.link.connect();
    await h.advance(20_000);
    expect(h.snapshot.stored.plate.state).toBe("unknown");
    expect(h.link.begun).toEqual(["first.gcode", "second.gcode"]);
    expect(h.link.collisions).toBe(0);
  });

  it("does not disprove our own start", async () => {
    const h = await tidied({ platePolicy: "self_clearing" });
    await h.post("a.gcode");
    h.link.forgetNewestEntry();
    h.link.fates.push("do_and_lose");
    h.link.isMute = true;
    await h.startQueue();
    await h.advance(500);
    h.link.disconnect();
    h.link.complete();
    h.link.bootKlippy();
    h.link.isMute = false;
    h.link.connect();
    await h.advance(20_000);
    expect(h.link.begun.filter((path) => path.endsWith("a.gcode"))).toHaveLength(1);
    expect(h.names).toEqual([]);
    expect(h.snapshot.stored.undecided.map(({ state }) => state)).toEqual(["unknown"]);
  });

  it("is told as a print of somebody else's while we watch", async () => {
    const h = await tidied();
    const [newest] = h.link.entries;
    if (newest === undefined) throw new Error("no entry");
    h.link.tellHistory({ ...newest, filename: "second.gcode", startTime: newest.startTime + 60 });
    await h.advance(1000);
    expect(h.snapshot.stored.plate.state).toBe("occupied");
  });
});
