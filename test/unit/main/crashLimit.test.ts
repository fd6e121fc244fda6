import { describe, expect, it } from "vitest";
import { CrashLimit } from "../../../electron/main/crashLimit.ts";

describe("a page that crashes", () => {
  it("is loaded again, until it has crashed four times within a minute", () => {
    const limit = new CrashLimit();
    expect([0, 1_000, 2_000, 3_000].map((now) => limit.mayTryAgain(now))).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(limit.mayTryAgain(70_000)).toBe(true);
  });
});
