import { describe, expect, it } from "vitest";
import type { PrinterOptions } from "#shared/domain/printer.ts";
import type { ReasonCode } from "#shared/domain/queue.ts";
import { EngineHarness } from "../../support/engineHarness.ts";

type Deed = (h: EngineHarness) => unknown;

interface Condition {
  readonly what: string;
  readonly reason: ReasonCode;
  /** Takes the condition away. */
  readonly undo: Deed;
  readonly restore: Deed;
  /** The printer may do it at any moment, unasked. */
  readonly isSudden: boolean;
}

const setService = (h: EngineHarness, outOfService: boolean): unknown => {
  const options: PrinterOptions = { ...h.snapshot.options, outOfService };
  return h.apply({ kind: "set_options", options });
};
const endByHand: Deed = async (h) => {
  h.link.resume();
  h.link.complete();
  await h.advance(1000);
  await h.clearPlate();
};

/** Every condition of a start that the printer, a person or another host can take away. */
const CONDITIONS: readonly Condition[] = [
  {
    what: "the queue is armed",
    reason: "not_armed",
    undo: (h) => h.apply({ kind: "pause" }),
    restore: () => {},
    isSudden: false,
  },
  {
    what: "the printer can be reached",
    reason: "link_down",
    undo: (h) => h.link.disconnect(),
    restore: (h) => h.link.connect(),
    isSudden: true,
  },
  {
    what: "Klipper runs",
    reason: "klippy_disconnected",
    undo: (h) => h.link.crashKlippy(),
    restore: (h) => h.link.bootKlippy(),
    isSudden: true,
  },
  {
    what: "Klipper is ready",
    reason: "klippy_not_ready",
    undo: (h) => h.link.shutdownKlippy(),
    restore: (h) => h.link.bootKlippy(),
    isSudden: true,
  },
  {
    what: "Klipper says so itself",
    reason: "klippy_not_ready",
    undo: (h) => h.link.say({ webhooks: { state: "shutdown" } }),
    restore: (h) => h.link.say({ webhooks: { state: "ready" } }),
    isSudden: true,
  },
  {
    what: "nothing prints there",
    reason: "printing",
    undo: (h) => h.link.startByHand("by-hand.gcode"),
    restore: endByHand,
    isSudden: true,
  },
  {
    what: "no print is paused there",
    reason: "paused_print",
    undo: (h) => {
      h.link.startByHand("by-hand.gcode");
      h.link.pause();
    },
    restore: endByHand,
    isSudden: true,
  },
  {
    what: "Klipper holds no print that it could resume",
    reason: "paused_print",
    undo: (h) => h.link.say({ pause_resume: { is_paused: true } }),
    restore: (h) => h.link.say({ pause_resume: { is_paused: false } }),
    isSudden: true,
  },
  {
    what: "it works no file",
    reason: "sdcard_active",
    undo: (h) => h.link.say({ virtual_sdcard: { is_active: true } }),
    restore: (h) => h.link.say({ virtual_sdcard: { is_active: false } }),
    isSudden: true,
  },
  {
    what: "nobody else moves the machine",
    reason: "moving",
    undo: (h) => h.link.say({ idle_timeout: { state: "Printing" } }),
    restore: (h) => {
      h.link.say({ idle_timeout: { state: "Ready" } });
      return h.advance(9_000);
    },
    isSudden: true,
  },
  {
    what: "the printer is in service",
    reason: "out_of_service",
    undo: (h) => setService(h, true),
    restore: (h) => setService(h, false),
    isSudden: false,
  },
  {
    what: "its plate is clear",
    reason: "plate_occupied",
    undo: (h) => {
      const { revision } = h.snapshot.stored.plate;
      return h.apply({ kind: "set_plate", state: "occupied", revision, note: "", grace: false });
    },
    restore: (h) => h.clearPlate(),
    isSudden: false,
  },
  {
    what: "this host is in charge",
    reason: "not_master",
    undo: (h) => {
      const holder = { user: "jo", host: "DESK-2" };
      h.master.become({ lease: { kind: "managed", holder }, question: null });
    },
    restore: (h) => h.master.hold(),
    isSudden: false,
  },
  {
    what: "it is known who is in charge",
    reason: "reconciling",
    undo: (h) => h.master.become({ lease: { kind: "unknown", problem: null }, question: null }),
    restore: (h) => h.master.hold(),
    isSudden: false,
  },
  {
    what: "the printer's own queue is no question",
    reason: "foreign_queue",
    undo: (h) => {
      const question = { jobs: [], startsBy: ["load_on_startup"] };
      h.master.become({ lease: { kind: "held" }, question });
    },
    restore: (h) => h.master.hold(),
    isSudden: false,
  },
  {
    what: "its job is not held",
    reason: "held",
    undo: (h) => h.apply({ kind: "hold", copies: h.ids, hold: "wait for the filament" }),
    restore: (h) => h.apply({ kind: "hold", copies: h.ids, hold: null }),
    isSudden: false,
  },
];

const codes = (h: EngineHarness): readonly ReasonCode[] =>
  (h.snapshot.reasons[0] ?? []).map(({ code }) => code);
const sent = (h: EngineHarness): readonly string[] =>
  h.link.asked.filter((line) => line.startsWith("start "));

describe("a print starts only while", () => {
  it.each(CONDITIONS)("$what: else its row says $reason", async ({ reason, undo, restore }) => {
    const h = await new EngineHarness().start();
    await h.post("a.gcode");
    if (reason !== "not_armed") await undo(h);
    if (reason !== "not_armed") await h.startQueue();
    await h.advance(15_000);
    expect(codes(h)).toContain(reason);
    expect(sent(h)).toEqual([]);

    await restore(h);
    await h.settle();
    if (reason === "not_armed") await h.startQueue();
    await h.advance(3_000);
    expect(sent(h)).toHaveLength(1);
    expect(h.link.begun.at(-1)).toMatch(/a\.gcode$/);
    expect(h.link.collisions).toBe(0);
  });

  it.each(CONDITIONS.filter(({ isSudden }) => isSudden))(
    "$what in the very turn of the send",
    async ({ undo, restore }) => {
      const h = await new EngineHarness().start();
      await h.post("a.gcode");
      h.onCheckpoint = (name) => {
        if (name !== "starting.committed") return;
        h.onCheckpoint = () => {};
        void undo(h);
      };
      await h.startQueue();
      await h.advance(15_000);
      expect(sent(h)).toEqual([]);
      expect(h.names).toEqual(["a.gcode"]);

      await restore(h);
      await h.advance(5_000);
      expect(sent(h)).toHaveLength(1);
      expect(h.link.collisions).toBe(0);
    },
  );

  it("the right to it lasts, in the very turn of the send", async () => {
    const h = await new EngineHarness().start();
    await h.post("a.gcode");
    h.master.may = false;
    await h.startQueue();
    expect(sent(h)).toEqual([]);
    expect(h.snapshot.trouble).toContain("The right to start prints there ran out");
    h.master.may = true;
    await h.advance(3_000);
    expect(sent(h)).toHaveLength(1);
  });
});

describe("motion at the machine that nobody here caused", () => {
  const jog = (h: EngineHarness, state: "Printing" | "Ready"): void =>
    h.link.say({ idle_timeout: { state } });

  it("keeps starts away for ten seconds after its end: hands may be inside", async () => {
    const h = await new EngineHarness().start();
    jog(h, "Printing");
    await h.advance(30_000);
    jog(h, "Ready");
    await h.post("a.gcode");
    await h.startQueue();
    await h.advance(9_500);
    expect(sent(h)).toEqual([]);
    await h.advance(1_000);
    expect(sent(h)).toHaveLength(1);
  });

  it("is waited for anew when its end was out of sight", async () => {
    const h = await new EngineHarness().start();
    jog(h, "Printing");
    await h.post("a.gcode");
    await h.startQueue();
    h.link.disconnect();
    await h.advance(20_000);
    jog(h, "Ready");
    h.link.connect();
    await h.advance(9_500);
    expect(sent(h)).toEqual([]);
    await h.advance(1_000);
    expect(sent(h)).toHaveLength(1);
  });

  it("is not what our own print leaves behind: the next one begins at once", async () => {
    const h = await new EngineHarness({ platePolicy: "self_clearing" }).start();
    await h.post("a.gcode", "b.gcode");
    await h.startQueue();
    jog(h, "Printing");
    await h.advance(1_000);
    h.link.complete();
    await h.advance(2_000);
    expect(sent(h)).toHaveLength(2);
  });
});
