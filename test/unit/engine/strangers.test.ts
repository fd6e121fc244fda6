import { describe, expect, it } from "vitest";
import { EngineHarness } from "../../support/engineHarness.ts";

describe("a print begun at the machine while ours ends", () => {
  it("leaves its part on a plate that otherwise clears itself", async () => {
    const h = await new EngineHarness({ platePolicy: "self_clearing" }).start();
    await h.post("a.gcode", "b.gcode");
    await h.startQueue();
    await h.advance(1000);
    h.link.complete();
    h.link.startByHand("by-hand.gcode");
    h.link.cancel();
    await h.advance(20_000);
    expect(h.snapshot.stored.plate.state).toBe("occupied");
    expect(h.link.begun).toHaveLength(2);
  });

  it("is seen in the history when the connection was down meanwhile", async () => {
    const h = await new EngineHarness({ platePolicy: "self_clearing" }).start();
    await h.post("a.gcode", "b.gcode");
    await h.startQueue();
    await h.advance(1000);
    h.link.disconnect();
    h.link.complete();
    h.link.startByHand("by-hand.gcode");
    h.link.complete();
    h.link.connect();
    await h.advance(20_000);
    expect(h.snapshot.stored.plate.state).toBe("occupied");
    expect(h.link.collisions).toBe(0);
  });
});

describe("a print begun at the machine while ours comes to rest and the connection is down", () => {
  async function atRest(history: boolean, isTiny: boolean): Promise<EngineHarness> {
    const h = await new EngineHarness({ platePolicy: "self_clearing" }).start();
    h.link.disconnect();
    h.link.keepsHistory = history;
    h.link.connect();
    await h.advance(1000);
    await h.clearPlate();
    await h.post("a.gcode", "b.gcode");
    if (isTiny) h.link.fates.push("tiny");
    await h.startQueue();
    if (!isTiny) {
      await h.advance(1000);
      h.link.complete();
      await h.settle();
    }
    expect(h.snapshot.stored.attempt?.state).toBe("finishing");
    h.link.disconnect();
    return h;
  }

  for (const history of [true, false]) {
    for (const isTiny of [true, false]) {
      const which = `${isTiny ? "tiny" : "ordinary"} print, ${history ? "with" : "without"} history`;

      it(`leaves its part on a plate that otherwise clears itself (${which})`, async () => {
        const h = await atRest(history, isTiny);
        h.link.startByHand("by-hand.gcode");
        h.link.cancel();
        h.link.connect();
        await h.advance(20_000);
        expect(h.snapshot.stored.plate.state).toBe("occupied");
        expect(h.link.collisions).toBe(0);
        expect(h.link.begun).toHaveLength(2);
      });

      it(`is not suspected where nobody was at the machine (${which})`, async () => {
        const h = await atRest(history, isTiny);
        h.link.connect();
        await h.advance(20_000);
        expect(h.link.begun).toHaveLength(2);
        expect(h.link.collisions).toBe(0);
      });
    }

    const kept = history ? "with" : "without";
    it(`is told from ours by its time when it is the same file (${kept} history)`, async () => {
      const h = await atRest(history, false);
      h.link.startByHand(h.link.begun[0] ?? "");
      await h.advance(3000);
      h.link.cancel();
      h.link.startByHand(h.link.begun[0] ?? "");
      await h.advance(3000);
      h.link.complete();
      h.link.connect();
      await h.advance(20_000);
      expect(h.snapshot.stored.plate.state).toBe("occupied");
      expect(h.link.collisions).toBe(0);
    });
  }
});

describe("a print made out of sight after a restart of Klipper", () => {
  it("is seen in what Klipper still shows, though its entry in the history was deleted", async () => {
    const h = await new EngineHarness({ platePolicy: "self_clearing" }).start();
    await h.post("a.gcode");
    expect(h.snapshot.stored.plate.state).toBe("clear");
    h.link.disconnect();
    h.link.bootKlippy();
    h.link.startByHand("by-hand.gcode");
    h.link.complete();
    h.link.forgetNewestEntry();
    h.link.connect();
    await h.advance(1000);
    expect(h.snapshot.stored.plate.state).toBe("unknown");
  });

  it("is not suspected where Klipper was only restarted", async () => {
    const h = await new EngineHarness({ platePolicy: "self_clearing" }).start();
    h.link.disconnect();
    h.link.bootKlippy();
    h.link.connect();
    await h.advance(1000);
    expect(h.snapshot.stored.plate.state).toBe("clear");
  });
});

describe("a word that the plate is occupied, given during a print", () => {
  for (const platePolicy of ["self_clearing", "gcode"] as const) {
    it(`is not overruled when the print ends (${platePolicy})`, async () => {
      const h = await new EngineHarness({ platePolicy, jobTransitionGcode: "EJECT" }).start();
      await h.post("a.gcode", "b.gcode");
      await h.startQueue();
      await h.advance(1000);
      const { revision } = h.snapshot.stored.plate;
      const note = "A scraper lies there.";
      await h.apply({ kind: "set_plate", state: "occupied", revision, note, grace: false });
      h.link.asked.length = 0;
      h.link.complete();
      await h.advance(20_000);
      expect(h.snapshot.stored.plate).toMatchObject({ state: "occupied", reason: note });
      expect(h.link.asked).not.toContain("gcode EJECT");
      expect(h.link.begun).toHaveLength(1);
    });
  }
});

describe("a staged file that keeps changing on the printer", () => {
  it("is brought over a few times with pauses, then the queue stops and asks", async () => {
    const h = await new EngineHarness().start();
    await h.post("a.gcode");
    h.stager.isSame = false;
    await h.startQueue();
    await h.advance(120_000);
    expect(h.stager.requests).toHaveLength(3);
    expect(h.snapshot.stored.armed).toBe(false);
    expect(h.names).toEqual(["a.gcode"]);
  });
});

describe("a print made at the machine while our start was on its way and lost", () => {
  it("keeps the plate from being called clear when the start is taken back", async () => {
    const h = await new EngineHarness({ platePolicy: "self_clearing" }).start();
    await h.post("a.gcode", "b.gcode");
    h.link.fates.push("ignore");
    await h.startQueue();
    h.link.disconnect();
    h.link.startByHand("by-hand.gcode");
    h.link.complete();
    h.link.connect();
    await h.advance(20_000);
    expect(h.snapshot.stored.plate.state).toBe("unknown");
    expect(h.names).toEqual(["a.gcode", "b.gcode"]);
    expect(h.link.begun).toEqual(["by-hand.gcode"]);
  });
});
