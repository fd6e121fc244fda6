import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createIdSource, PrinterId } from "#shared/domain/ids.ts";
import { freePrinterId } from "../../../electron/host/engine/printerNames.ts";

describe("createIdSource", () => {
  it("only grows, also when the clock is set back", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 45 }), { minLength: 2 }), (times) => {
        const clock = [...times];
        const ids = createIdSource(() => clock.shift() ?? 0);
        const made = times.map(() => ids.copy());
        expect(made.toSorted()).toEqual(made);
        expect(new Set(made).size).toBe(made.length);
      }),
    );
  });

  it("stays above the highest id of an earlier run", () => {
    const ids = createIdSource(() => 1000, "00FFFFFFFFFF0000");
    expect(ids.job() > "00FFFFFFFFFF0000").toBe(true);
  });

  it("writes ids in the shape of Moonraker's job_id", () => {
    expect(createIdSource(() => Date.UTC(2026, 0, 1)).copy()).toMatch(/^[0-9A-F]{16}$/);
  });
});

describe("freePrinterId", () => {
  it("makes a readable id of a name", () => {
    expect(freePrinterId("Voron 2.4 (röd)", () => false)).toBe("voron-2-4-rod");
    expect(freePrinterId("打印机", () => false)).toBe("printer");
  });

  it("never gives an id that is or was a printer's", () => {
    const taken = new Set<string>(["mk4", "mk4-2"]);
    expect(freePrinterId("MK4", (id) => taken.has(id))).toBe("mk4-3");
  });

  it("gives a valid id for any name", () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect(PrinterId.safeParse(freePrinterId(name, () => false)).success).toBe(true);
      }),
    );
  });
});
