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

  it("adds a printer by Klipper's own socket, with its folder", async () => {
    const { wrapper, calls } = await dialog({ "farm.printers.add": printerFixture("k", "K") });
    part("add-way-klipper").click();
    await flushPromises();
    expect(part("add-socket-submit").hasAttribute("disabled")).toBe(true);
    type("add-socket", " /tmp/klippy_uds ");
    type("add-folder", "/mnt/voron");
    await flushPromises();
    part("add-socket-submit").closest("form")?.requestSubmit();
    await flushPromises();
    const link = { kind: "klipper", address: "/tmp/klippy_uds", folder: "/mnt/voron" };
    expect(calls).toEqual([{ method: "farm.printers.add", params: { link } }]);
    expect(wrapper.emitted("update:open")).toEqual([[false]]);
  });

  it("tests a socket, and says where prints go and what is not proved yet", async () => {
    const { calls } = await dialog({
      "farm.printers.test": {
        ok: true,
        name: "voron",
        klippy_state: "startup",
        moonraker_version: "",
        hostname: "voron",
        folder: "/home/pi/gcodes",
        notice: "Klipper is not ready, so the folder is not proved.",
      },
    });
    part("add-way-klipper").click();
    await flushPromises();
    type("add-socket", "127.0.0.1:7126");
    await flushPromises();
    part("test-socket").click();
    await flushPromises();
    expect(calls[0]?.params).toEqual({ kind: "klipper", address: "127.0.0.1:7126", folder: null });
    expect(part("test-ok").textContent).toContain("/home/pi/gcodes");
    expect(part("test-notice").textContent).toContain("not proved");
  });

  it("says in the host's words what is wrong with a socket or its folder", async () => {
    const message = "Klipper does not see files put into /mnt/other.";
    await dialog({ "farm.printers.test": { ok: false, reason: "wrong_folder", message } });
    part("add-way-klipper").click();
    await flushPromises();
    type("add-socket", "/tmp/klippy_uds");
    type("add-folder", "/mnt/other");
    await flushPromises();
    part("test-socket").click();
    await flushPromises();
    expect(part("test-failed").textContent).toContain(message);
    type("add-folder", "/mnt/voron");
    await flushPromises();
    expect(document.querySelector('[data-testid="test-failed"]')).toBeNull();
  });
});
