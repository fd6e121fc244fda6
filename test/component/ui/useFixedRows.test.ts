import { mount } from "@vue/test-utils";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { defineComponent, h, nextTick, useTemplateRef } from "vue";
import { useFixedRows } from "@/ui/useFixedRows.ts";

/** Waits for pictures, in the order in which they began; a test says when one is painted. */
const { waiting } = vi.hoisted(() => ({ waiting: new Array<() => void>() }));
vi.mock("@/ui/frames.ts", () => ({
  painted: () => new Promise<void>((resolve) => waiting.push(resolve)),
}));

const ROW = 30;
/** A window of ten rows, and one that is cut off. */
const VIEW = 11;

const List = defineComponent(() => {
  const scroller = useTemplateRef<HTMLElement>("scroller");
  const { indices } = useFixedRows(scroller, {
    count: () => 1000,
    height: ROW,
    keep: () => -1,
    firstHeight: 10 * ROW,
  });
  return () => h("div", { ref: "scroller" }, indices.value.join(" "));
});

describe("the rows of a scrolled list", () => {
  beforeEach(() => waiting.splice(0));

  function open() {
    const list = mount(List);
    return {
      rows: (): readonly number[] => list.text().split(" ").map(Number),
      async scroll(row: number): Promise<void> {
        list.element.scrollTop = row * ROW;
        list.element.dispatchEvent(new Event("scroll"));
        await nextTick();
      },
    };
  }
  async function paint(): Promise<void> {
    waiting.shift()?.();
    await nextTick();
    await nextTick();
  }

  it("are first those in view, then a few beyond them", async () => {
    const list = open();
    expect(list.rows()).toHaveLength(VIEW);
    await paint();
    expect(list.rows()).toHaveLength(VIEW + 4);
  });

  it("are drawn ahead of a list that is scrolled again before each picture", async () => {
    const list = open();
    await paint();
    for (let row = 10; row <= 40; row += 10) {
      await list.scroll(row);
      expect(list.rows()).toContain(row + VIEW - 1);
      await list.scroll(row + 5);
      await paint();
      expect(list.rows().at(-1)).toBe(row + 5 + VIEW + 3);
    }
  });
});
