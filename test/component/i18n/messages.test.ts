import { mount } from "@vue/test-utils";
import { describe, expect, it } from "vitest";
import { defineComponent, h, nextTick } from "vue";
import { createMessages, useMessages } from "@/i18n/messages.ts";

const Sentences = defineComponent(() => {
  const { t, plural } = useMessages();
  return () =>
    h(
      "p",
      [
        t("filter.printing"),
        t("state.printing", { percent: 4 }),
        t("state.printing", { percent: 40 }),
        plural("farm.jobs", 1),
        plural("farm.jobs", 2),
      ].join("|"),
    );
});

describe("the texts of the page", () => {
  it("are remembered by their values and by their language", async () => {
    const messages = createMessages();
    const wrapper = mount(Sentences, { global: { plugins: [messages] } });
    const english = "Printing|4 % Printing|40 % Printing|1 job waiting|2 jobs waiting";
    expect(wrapper.text()).toBe(english);
    messages.global.locale.value = "de";
    await nextTick();
    expect(wrapper.text()).toContain("Druckt|4 % gedruckt|40 % gedruckt|1 Auftrag wartet");
    messages.global.locale.value = "en";
    await nextTick();
    expect(wrapper.text()).toBe(english);
  });
});
