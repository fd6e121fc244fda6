import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TileParking } from "@/features/wall/tileParking.ts";

const view = (ids: string): ReadonlyMap<string, string> =>
  new Map(ids.split("").map((id) => [id, id.toUpperCase()]));
/** What stands in the document; parked ones in brackets. */
const placed = (parking: TileParking<string>, ids: string): string =>
  parking
    .place(view(ids))
    .map(({ tile, isParked }) => (isParked ? `(${tile})` : tile))
    .join("");

describe("tiles that leave the wall", () => {
  it("stay where they are, parked, and come back there", () => {
    const parking = new TileParking<string>(10);
    expect(placed(parking, "abcd")).toBe("ABCD");
    expect(placed(parking, "bd")).toBe("(A)B(C)D");
    expect(placed(parking, "")).toBe("(A)(B)(C)(D)");
    expect(placed(parking, "abcd")).toBe("ABCD");
  });

  it("let new ones in behind the one before them", () => {
    const parking = new TileParking<string>(10);
    placed(parking, "bd");
    expect(placed(parking, "abcde")).toBe("ABCDE");
    placed(parking, "ae");
    expect(placed(parking, "axye")).toBe("AXY(B)(C)(D)E");
  });

  it("follow those in view when these are sorted anew", () => {
    const parking = new TileParking<string>(10);
    placed(parking, "abcd");
    expect(placed(parking, "ca")).toBe("CA(B)(D)");
  });

  it("are kept up to a number", () => {
    const parking = new TileParking<string>(2);
    placed(parking, "abcd");
    expect(placed(parking, "d")).toBe("(A)(B)D");
  });

  it("are all in the document once, in the order of the view, whatever is shown in turn", () => {
    const views = fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 12 }).map(String)), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(views, fc.nat(8), (turns, most) => {
        const parking = new TileParking<string>(most);
        for (const ids of turns) {
          const all = parking.place(new Map(ids.map((id) => [id, id])));
          expect(all.filter((one) => !one.isParked).map((one) => one.id)).toEqual(ids);
          expect(new Set(all.map((one) => one.id)).size).toBe(all.length);
          expect(all.filter((one) => one.isParked).length).toBeLessThanOrEqual(most);
        }
      }),
    );
  });
});
