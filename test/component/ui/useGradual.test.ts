import { afterEach, describe, expect, it } from "vitest";
import { effectScope, type EffectScope, nextTick, shallowRef, watch } from "vue";
import { nextShare, useGradual } from "@/ui/useGradual.ts";

const ids = (count: number): readonly string[] => Array.from({ length: count }, (_, n) => `p${n}`);

describe("elements that join gradually", () => {
  let scope: EffectScope;
  afterEach(() => scope.stop());

  function gradual(first: number, start: readonly string[], most?: number) {
    const keys = shallowRef(start);
    scope = effectScope();
    const present = scope.run(() => useGradual(() => keys.value, first, most));
    if (present === undefined) throw new Error("the scope had ended");
    return { keys, present };
  }

  it("begin with a few, and become all of them", async () => {
    const { present } = gradual(3, ids(50));
    expect([...present.value]).toEqual(ids(3));
    await expect.poll(() => present.value.size).toBe(50);
  });

  it("join one by one where those before say nothing of those to come", async () => {
    const { present } = gradual(1, ids(5), 1);
    const sizes: number[] = [];
    const stop = watch(present, ({ size }) => sizes.push(size), { flush: "sync" });
    await expect.poll(() => present.value.size).toBe(5);
    stop();
    expect(sizes).toEqual([2, 3, 4, 5]);
  });

  it("leave at once when they are no longer wanted, and stay when they still are", async () => {
    const { keys, present } = gradual(3, ids(8));
    await expect.poll(() => present.value.size).toBe(8);
    keys.value = ["p7", "new1", "p0"];
    await nextTick();
    expect([...present.value]).toEqual(["p7", "new1", "p0"]);
  });

  it("are those of the newest list when it changes while they join", async () => {
    const { keys, present } = gradual(1, ids(50));
    keys.value = ["a", "b", "c", "d"];
    await expect.poll(() => [...present.value]).toEqual(["a", "b", "c", "d"]);
  });

  it("join no more when nobody shows them", async () => {
    const { present } = gradual(2, ids(500));
    scope.stop();
    await new Promise((resolve) => requestAnimationFrame(resolve));
    expect(present.value.size).toBe(2);
  });

  it("join in the number that fits into a frame, one at least and twice as many at most", () => {
    expect(nextShare(8, 16)).toBe(8);
    expect(nextShare(8, 32)).toBe(4);
    expect(nextShare(8, 2)).toBe(16);
    expect(nextShare(1, 90)).toBe(1);
    expect(nextShare(0, 0)).toBe(1);
  });
});
