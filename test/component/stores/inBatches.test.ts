import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { inBatches } from "@/stores/inBatches.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it("hands over together what arrived together, in its order", () => {
  const batches: (readonly number[])[] = [];
  const { add } = inBatches((items: readonly number[]) => batches.push(items));
  add(1);
  add(2);
  expect(batches).toEqual([]);
  vi.advanceTimersByTime(50);
  add(3);
  vi.advanceTimersByTime(50);
  expect(batches).toEqual([[1, 2], [3]]);
});

it("forgets what waits when something newer has come", () => {
  const batches: (readonly number[])[] = [];
  const { add, clear } = inBatches((items: readonly number[]) => batches.push(items));
  add(1);
  clear();
  vi.advanceTimersByTime(50);
  add(2);
  vi.advanceTimersByTime(50);
  expect(batches).toEqual([[2]]);
});
