import { flushPromises } from "@vue/test-utils";
import { afterEach, describe, expect, it } from "vitest";
import { RemoteError } from "#shared/rpc/errors.ts";
import AddPrinterDialog from "@/features/printers/AddPrinterDialog.vue";
import { useFarmStore } from "@/stores/farmStore.ts";
import { printerFixture } from "../../support/boardFixtures.ts";
import { mountBoard } from "../support/mountBoard.ts";

const part = (id: string): HTMLElement => {
  const found = document.querySelector<HTMLElement>(`[data-testid="${id}"]`);
  if (found === null) throw new Error(`${id} is not on the page`);
  return found;
};
const type = (id: string, text: string): void => {
  const field = part(id);
  if (!(field instanceof HTMLInputElement)) throw new Error(`${id} is no field`);
  field.value = text;
  field.dispatchEvent(new Event("input"));
};

async function dialog(answers: Readonly<Record<string, unknown>>) {
  const mounted = mountBoard(AddPrinterDialog, { props: { open: true }, answers });
  await flushPromises();
  return mounted;
}

describe("the dialog that adds a printer", () => {
  afterEach(() => document.body.replaceChildren());

  it("does nothing before there is an address", async () => {
    await dialog({});
    expect(part("test-connection").hasAttribute("disabled")).toBe(true);
    expect(part("add-submit").hasAttribute("disabled")).toBe(true);
  });

  it("says in the host's words why a printer is not reached", async () => {
    const message = "Nothing answers at voron:7125. Is the printer switched on?";
    await dialog({ "farm.printers.test": { ok: false, reason: "unreachable", message } });
    type("add-address", "voron");
    await flushPromises();
    part("test-connection").click();
    await flushPromises();
    expect(part("test-failed").textContent).toContain(message);
    type("add-address", "voron2");
    await flushPromises();
    expect(document.querySelector('[data-testid="test-failed"]')).toBeNull();
  });

  it("adds what was entered and closes", async () => {
    const added = printerFixture("voron", "Voron");
    const { wrapper, calls } = await dialog({ "farm.printers.add": added });
    type("add-address", " voron.local ");
    type("add-key", "k");
    await flushPromises();
    part("add-submit").closest("form")?.requestSubmit();
    await flushPromises();
    const link = { kind: "moonraker", address: "voron.local", api_key: "k" };
    expect(calls).toEqual([{ method: "farm.printers.add", params: { link } }]);
    expect(useFarmStore().ids).toEqual(["voron"]);
    expect(wrapper.emitted("update:open")).toEqual([[false]]);
  });

  it("stays open and keeps what was typed when the host refuses", async () => {
    const refusal = new RemoteError(400, "There is already a printer at voron.local");
    const { wrapper } = await dialog({ "farm.printers.add": refusal });
    type("add-address", "voron.local");
    await flushPromises();
    part("add-submit").closest("form")?.requestSubmit();
    await flushPromises();
    expect(part("test-failed").textContent).toContain("already a printer");
    expect(wrapper.emitted("update:open")).toBeUndefined();
  });

  it("adds a simulated printer without an address", async () => {
    const { calls } = await dialog({ "farm.printers.add": printerFixture("sim", "Sim") });
    part("add-simulated").click();
    await flushPromises();
    expect(calls[0]?.params).toEqual({ link: { kind: "simulated" } });
  });
});
