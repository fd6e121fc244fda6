import { AppError } from "#shared/rpc/errors.ts";
import { describe, expect, it } from "vitest";
import type { QueueWrite } from "../../../electron/host/store/queueStore.ts";
import { BOARD, EngineHarness } from "../../support/engineHarness.ts";

const NAMES = Array.from({ length: 16 }, (_, n) => `${n}.gcode`);

/** Notes how many writes the store is handed before it has answered any. */
function watchTurns(h: EngineHarness): readonly number[] {
  const turns: number[] = [];
  const commit = h.store.commit.bind(h.store);
  let open = 0;
  h.store.commit = async (writes: readonly QueueWrite[]) => {
    if (open++ === 0) turns.push(0);
    turns.push((turns.pop() ?? 0) + 1);
    try {
      await commit(writes);
    } finally {
      open--;
    }
  };
  return turns;
}

describe("commands of one queue that come together", () => {
  it("are handed to the store in one turn, so that they share a commit", async () => {
    const h = await new EngineHarness().start();
    const turns = watchTurns(h);
    await Promise.all(NAMES.map((name) => h.post(name)));
    expect(turns).toEqual([16]);
    expect(h.names).toEqual(NAMES);
  });

  it("are answered and announced one by one, each with what it made of the queue", async () => {
    const h = await new EngineHarness().start();
    const answers = await Promise.all(NAMES.map((name) => h.post(name)));
    expect(answers.map(({ stored }) => stored.copies.length)).toEqual(NAMES.map((_, n) => n + 1));
    const lists = h.changes.flatMap(({ wire }) => wire.map(({ copies }) => copies?.length));
    expect(lists).toEqual(NAMES.map((_, n) => n + 1));
  });

  it("fail alone: those behind one that could not be stored are decided anew", async () => {
    const h = await new EngineHarness().start();
    await h.post("first.gcode");
    const before = h.snapshot.stored.revision;
    const commit = h.store.commit.bind(h.store);
    h.store.commit = (writes) => {
      const full = writes[0]?.after.copies.at(-1)?.filename === "b.gcode";
      return full ? Promise.reject(new AppError("storage_full", "full")) : commit(writes);
    };
    const outcomes = await Promise.allSettled(
      ["a", "b", "c"].map((name) => h.post(`${name}.gcode`)),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(h.names).toEqual(["first.gcode", "a.gcode", "c.gcode"]);
    expect(h.snapshot.stored.revision).toBe(before + 2);
    expect(h.store.load(h.printer, 0).copies.map(({ filename }) => filename)).toEqual(h.names);
  });

  it("may be refused without harm to the others", async () => {
    const h = await new EngineHarness().start();
    const [, jump] = await Promise.allSettled([
      h.post("a.gcode"),
      h.engine.apply({ kind: "jump", copy: "none" }, BOARD),
      h.post("b.gcode"),
    ]);
    expect(jump).toMatchObject({ status: "rejected", reason: { code: "bad_request" } });
    expect(h.names).toEqual(["a.gcode", "b.gcode"]);
  });

  it("see what an earlier one of them set going", async () => {
    const h = await new EngineHarness({ platePolicy: "self_clearing" }).start();
    await h.post("a.gcode");
    const answers = await Promise.allSettled([
      h.startQueue(),
      h.engine.apply({ kind: "remove", copies: "all", strict: false }, BOARD),
      h.post("b.gcode"),
    ]);
    expect(answers.map(({ status }) => status)).not.toContain("rejected");
    await h.advance(2000);
    expect(h.names).toEqual(["b.gcode"]);
    expect(h.link.begun).toEqual([]);
  });
});
