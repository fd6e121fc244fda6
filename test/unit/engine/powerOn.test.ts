import { describe, expect, it } from "vitest";
import type { PrinterOptions } from "#shared/domain/printer.ts";
import { EngineHarness } from "../../support/engineHarness.ts";

const OPTIONS: Partial<PrinterOptions> = { powerOn: "when_job_may_start", powerDevice: "printer" };

/** A printer whose plate is clear and whose power is off, with one power device. */
async function off(
  options: Partial<PrinterOptions> = OPTIONS,
  was = "off",
): Promise<EngineHarness> {
  const h = await new EngineHarness(options).start();
  h.link.crashKlippy();
  let state = was;
  h.link.answers.set("machine.device_power.get_device", () => ({ printer: state }));
  h.link.answers.set("machine.device_power.post_device", () => {
    state = "on";
    return { printer: state };
  });
  await h.post("a.gcode");
  return h;
}

const switched = (h: EngineHarness): readonly string[] =>
  h.link.asked.filter((line) => line.startsWith("machine.device_power.post_device"));
const codes = (h: EngineHarness): readonly (string | undefined)[] =>
  (h.snapshot.reasons[0] ?? []).map((reason) => reason.code);

describe("power for the next print", () => {
  it("comes when nothing else keeps it from starting, and the print follows", async () => {
    const h = await off();
    expect(switched(h)).toEqual([]);
    await h.startQueue();
    expect(switched(h)).toEqual([
      'machine.device_power.post_device {"device":"printer","action":"on"}',
    ]);
    expect(codes(h)).toEqual(["powering_on"]);
    h.link.bootKlippy();
    await h.advance(3000);
    expect(h.link.begun).toHaveLength(1);
  });

  it("stays off by default, and while the plate is not known to be clear", async () => {
    const never = await off({ powerDevice: "printer" });
    await never.startQueue();
    expect(switched(never)).toEqual([]);

    const h = await off();
    const { revision } = h.snapshot.stored.plate;
    await h.apply({ kind: "set_plate", state: "occupied", revision, note: "", grace: false });
    await h.startQueue();
    expect(switched(h)).toEqual([]);
  });

  it("is asked for once; a device that fails is named, and a start tries again", async () => {
    const h = await off();
    h.link.answers.set("machine.device_power.post_device", () => ({ printer: "error" }));
    await h.startQueue();
    await h.advance(300_000);
    expect(switched(h)).toHaveLength(1);
    expect(codes(h)).toEqual(["klippy_disconnected"]);
    expect(h.snapshot.reasons[0]?.[0]?.text).toContain("could not be switched on");
    await h.startQueue();
    expect(switched(h)).toHaveLength(2);
  });

  it("that is on already is not the trouble, and is left alone", async () => {
    const h = await off(OPTIONS, "on");
    await h.startQueue();
    expect(switched(h)).toEqual([]);
    expect(h.snapshot.reasons[0]?.[0]?.text).toContain("is on already");
  });

  it("without a Klipper behind it is told after a while", async () => {
    const h = await off();
    await h.startQueue();
    await h.advance(200_000);
    expect(h.snapshot.reasons[0]?.[0]?.text).toContain("has not come up");
  });
});
