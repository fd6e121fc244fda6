import { mount } from "@vue/test-utils";
import { describe, expect, it } from "vitest";
import { defineComponent, h, useTemplateRef } from "vue";
import { nextFrame } from "@/ui/frames.ts";
import { useFixedRows } from "@/ui/useFixedRows.ts";

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
  const rows = (text: string): readonly number[] => text.split(" ").map(Number);

  it("are first those in view, then a few beyond them", async () => {
    const list = mount(List);
    expect(rows(list.text())).toHaveLength(VIEW);
    await expect.poll(() => rows(list.text())).toHaveLength(VIEW + 4);
    list.unmount();
  });

  it("are drawn ahead of a list that is scrolled without a stop", async () => {
    const list = mount(List);
    await expect.poll(() => rows(list.text())).toHaveLength(VIEW + 4);
    let ahead = 0;
    for (let row = 1; row <= 40; row++) {
      list.element.scrollTop = row * ROW;
      list.element.dispatchEvent(new Event("scroll"));
      await nextFrame();
      if ((rows(list.text()).at(-1) ?? 0) >= row + VIEW) ahead++;
    }
    expect(ahead).toBeGreaterThan(30);
    list.unmount();
  });
});
