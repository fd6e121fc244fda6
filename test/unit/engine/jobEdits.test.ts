import { describe, expect, it } from "vitest";
import { contentOf, EngineHarness, item } from "../../support/engineHarness.ts";

describe("the number of copies of a job", () => {
  it("grows behind the job's last copy and shrinks from its end", async () => {
    const h = await new EngineHarness().start();
    await h.post("a.gcode", "b.gcode");
    const job = h.snapshot.stored.copies[0]?.jobId;
    if (job === undefined) throw new Error("no job");
    const [first] = h.ids;
    await h.apply({ kind: "set_copies", job, count: 3 });
    expect(h.names).toEqual(["a.gcode", "a.gcode", "a.gcode", "b.gcode"]);
    expect(h.snapshot.stored.jobs.get(job)?.wanted).toBe(3);
    await h.apply({ kind: "set_copies", job, count: 1 });
    expect(h.ids[0]).toBe(first);
    expect(h.names).toEqual(["a.gcode", "b.gcode"]);
    await h.apply({ kind: "set_copies", job, count: 0 });
    expect(h.names).toEqual(["b.gcode"]);
    await expect(h.apply({ kind: "set_copies", job, count: 1 })).rejects.toMatchObject({
      code: "not_found",
    });
  });

  it("keeps the copy that is being started", async () => {
    const h = await new EngineHarness().start();
    await h.apply({
      kind: "post",
      items: [item("a.gcode", 2)],
      at: "end",
      hold: null,
      note: "",
      start: false,
    });
    h.link.fates.push("ignore");
    await h.startQueue();
    expect(h.snapshot.stored.attempt?.state).toBe("starting");
    const job = h.snapshot.stored.copies[0]?.jobId;
    if (job === undefined) throw new Error("no job");
    await h.apply({ kind: "set_copies", job, count: 0 });
    expect(h.names).toEqual(["a.gcode"]);
  });
});

describe("a file made for another machine", () => {
  const misfit = "Sliced for a 0.6 mm nozzle; this printer has 0.4 mm.";

  it("is held at queueing with the reason, and others go first", async () => {
    const h = await new EngineHarness().start();
    h.misfits.set(contentOf("a.gcode"), misfit);
    await h.post("a.gcode", "b.gcode");
    expect(h.snapshot.reasons[0]).toEqual([{ code: "wrong_machine", text: misfit }]);
    await h.startQueue();
    await h.advance(1000);
    expect(h.link.begun.map((path) => path.slice(-7))).toEqual(["b.gcode"]);
    expect(h.names).toEqual(["a.gcode"]);
  });

  it("prints all the same when a person says so", async () => {
    const h = await new EngineHarness().start();
    h.misfits.set(contentOf("a.gcode"), misfit);
    await h.post("a.gcode");
    await h.apply({ kind: "print_anyway", copies: h.ids });
    await h.startQueue();
    await h.advance(1000);
    expect(h.link.begun).toHaveLength(1);
  });

  it("is found just before its transfer when nothing was known at queueing", async () => {
    const h = await new EngineHarness().start();
    await h.post("a.gcode", "b.gcode");
    h.misfits.set(contentOf("a.gcode"), misfit);
    await h.startQueue();
    await h.advance(1000);
    expect(h.stager.requests).toEqual([contentOf("b.gcode")]);
    expect(h.names).toEqual(["a.gcode"]);
    expect(h.snapshot.reasons[0]?.[0]?.code).toBe("wrong_machine");
  });

  it("is refused for a print that shall start at once, and nothing is queued", async () => {
    const h = await new EngineHarness().start();
    h.misfits.set(contentOf("a.gcode"), misfit);
    const print = h.apply({ kind: "print_now", item: item("a.gcode") });
    await expect(print).rejects.toMatchObject({
      code: "bad_request",
      message: expect.stringContaining(misfit),
    });
    expect(h.names).toEqual([]);
  });
});
