import { mount } from "@vue/test-utils";
import { describe, expect, it } from "vitest";
import { defineComponent, nextTick, shallowRef } from "vue";
import { SCREEN_IS_SHOWN, useClosedWithScreen, useStill } from "@/ui/screenIsShown.ts";
import { usePageKeys } from "@/ui/usePageKeys.ts";

/** Runs a setup on a screen that is kept, and says when it is seen. */
function onKeptScreen<T>(setup: () => T) {
  const shown = shallowRef(true);
  let made: { readonly value: T } | undefined;
  const Screen = defineComponent({
    setup() {
      made = { value: setup() };
      return () => null;
    },
  });
  const wrapper = mount(Screen, { global: { provide: { [SCREEN_IS_SHOWN as symbol]: shown } } });
  if (made === undefined) throw new Error("the screen was not set up");
  return { shown, made: made.value, wrapper };
}

describe("a screen that is kept behind another", () => {
  it("stands still, and shows what is true when it is seen again", () => {
    const source = shallowRef("first");
    const { shown, made: still } = onKeptScreen(() => useStill(() => source.value));
    expect(still.value).toBe("first");
    shown.value = false;
    source.value = "second";
    expect(still.value).toBe("first");
    shown.value = true;
    expect(still.value).toBe("second");
    source.value = "third";
    expect(still.value).toBe("third");
  });

  it("takes with it what lay over it", async () => {
    const open = shallowRef(true);
    const { shown } = onKeptScreen(() => useClosedWithScreen(open));
    shown.value = false;
    await nextTick();
    expect(open.value).toBe(false);
    shown.value = true;
    await nextTick();
    expect(open.value).toBe(false);
  });

  it("hears keys only while it is seen, and none when it is gone", async () => {
    const heard: string[] = [];
    const { shown, wrapper } = onKeptScreen(() => usePageKeys(({ key }) => heard.push(key)));
    const press = (key: string): boolean =>
      document.dispatchEvent(new KeyboardEvent("keydown", { key }));
    press("a");
    shown.value = false;
    await nextTick();
    press("b");
    shown.value = true;
    await nextTick();
    press("c");
    wrapper.unmount();
    press("d");
    expect(heard).toEqual(["a", "c"]);
  });
});

describe("a screen that is not kept", () => {
  it("is always seen", () => {
    const source = shallowRef(1);
    const wrapper = mount(
      defineComponent({
        setup() {
          const still = useStill(() => source.value);
          return () => still.value;
        },
      }),
    );
    expect(wrapper.text()).toBe("1");
  });
});
