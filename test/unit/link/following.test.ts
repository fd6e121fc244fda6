import { describe, expect, it } from "vitest";
import { farmViewObjects, withFollowed } from "../../../electron/host/link/farmViewObjects.ts";
import { changedOnly } from "../../../electron/host/link/statusCache.ts";

describe("what clients follow besides the farm view", () => {
  const available = ["print_stats", "toolhead", "bed_mesh", "extruder"];

  it("adds objects and fields, and never takes one of the farm view away", () => {
    const farm = farmViewObjects(available);
    const union = withFollowed(farm, available, { bed_mesh: null, toolhead: ["max_velocity"] });
    expect(union["bed_mesh"]).toBeNull();
    expect(union["toolhead"]).toEqual([...(farm["toolhead"] ?? []), "max_velocity"]);
    expect(union["print_stats"]).toBeNull();
  });

  it("follows an object whole when anyone wants it whole", () => {
    const union = withFollowed({ toolhead: ["position"] }, available, { toolhead: null });
    expect(union).toEqual({ toolhead: null });
  });

  it("leaves out what the printer does not have", () => {
    expect(withFollowed({}, available, { nosuch: null })).toEqual({});
  });
});

describe("a full status after the subscription grew", () => {
  it("is news only where a value differs", () => {
    const known = { toolhead: { position: [0, 0, 0, 0] }, fan: { speed: 0 } };
    const full = {
      toolhead: { position: [0, 0, 0, 0], max_velocity: 300 },
      fan: { speed: 0 },
      bed_mesh: {},
    };
    expect(changedOnly(known, full)).toEqual({ toolhead: { max_velocity: 300 }, bed_mesh: {} });
  });
});
