import { describe, expect, it } from "vitest";
import type { PrinterOptions } from "#shared/domain/printer.ts";
import { EngineHarness } from "../../support/engineHarness.ts";

/** Has the next `count` prints fail, each on a plate that a person clears at once. */
async function fail(h: EngineHarness, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    await h.advance(1000);
    h.link.fail("Move out of range");
    await h.settle();
    await h.clearPlate();
  }
  await h.advance(1000);
}

async function queue(options: Partial<PrinterOptions>): Promise<EngineHarness> {
  const h = await new EngineHarness(options).start();
  await h.post("a.gcode", "b.gcode", "c.gcode", "d.gcode");
  await h.startQueue();
  return h;
}

describe("after a print that did not finish", () => {
  it("the queue holds until somebody has decided", async () => {
    const h = await queue({ afterFailure: "hold" });
    await fail(h, 1);
    expect(h.link.begun).toHaveLength(1);
    expect(h.snapshot.reasons[0]?.map((reason) => reason.code)).toContain("decision_open");
  });

  it("the queue goes on where it is told to, and holds after so many in a row", async () => {
    const h = await queue({ afterFailure: "continue", maxFailures: 2 });
    await fail(h, 1);
    expect(h.link.begun).toHaveLength(2);
    await fail(h, 1);
    expect(h.link.begun).toHaveLength(2);
    expect(h.snapshot.stored.armed).toBe(false);
    expect(h.snapshot.stored.undecided).toHaveLength(2);

    await h.startQueue();
    await h.advance(1000);
    expect(h.link.begun).toHaveLength(3);
  });

  it("one that finishes begins the count anew, and a restart of the program does not", async () => {
    const h = await queue({ afterFailure: "continue", maxFailures: 2 });
    await fail(h, 1);
    h.link.complete();
    await h.advance(1500);
    await h.clearPlate();
    await h.crash();
    await fail(h, 1);
    expect(h.link.begun).toHaveLength(4);
    await h.crash();
    await fail(h, 1);
    expect(h.snapshot.stored.armed).toBe(false);
  });

  it("what its slicer expected stays with the attempt, whatever becomes of the file", async () => {
    const h = new EngineHarness();
    h.expected = { duration: 600, filamentLength: 1_500, filamentWeight: 4.5 };
    await h.start();
    await h.post("a.gcode");
    await h.startQueue();
    await fail(h, 1);
    expect(h.store.attempts).toMatchObject([{ state: "failed", expected: h.expected }]);
  });

  it("its good parts are counted with the decision and kept with the attempt", async () => {
    const h = await queue({});
    await fail(h, 1);
    const [attempt] = h.snapshot.stored.undecided;
    if (attempt === undefined) throw new Error("no open decision");
    await h.apply({ kind: "decide", attempt: attempt.id, decision: "requeue", goodParts: 3 });
    expect(h.store.attempts.find(({ id }) => id === attempt.id)).toMatchObject({
      decision: "requeue",
      goodParts: 3,
    });
    expect(h.names.at(-1)).toBe("a.gcode");
  });
});

describe("after a print that did finish", () => {
  async function finished(): Promise<EngineHarness> {
    const h = await queue({});
    await h.advance(1000);
    h.link.complete();
    await h.advance(1500);
    return h;
  }
  const word = (h: EngineHarness) =>
    ({
      kind: "set_plate",
      state: "clear",
      revision: h.snapshot.stored.plate.revision,
      note: "",
      grace: false,
    }) as const;

  it("its good parts are counted with the word that clears the plate, also after a restart", async () => {
    const h = await finished();
    await h.crash();
    await h.apply({ ...word(h), goodParts: 4 });
    expect(h.store.attempts[0]).toMatchObject({ state: "finished", goodParts: 4 });
  });

  it("nothing else that lies on the plate is counted for it", async () => {
    const h = await finished();
    await h.apply({ ...word(h), state: "occupied" });
    await expect(h.apply({ ...word(h), goodParts: 4 })).rejects.toThrow(/no finished print/);
    expect(h.snapshot.stored.plate.state).toBe("occupied");
    expect(h.store.attempts[0]).not.toHaveProperty("goodParts");
  });
});
