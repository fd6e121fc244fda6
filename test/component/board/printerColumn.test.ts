import { enableAutoUnmount, flushPromises } from "@vue/test-utils";
import { afterEach, describe, expect, it } from "vitest";
import { RemoteError } from "#shared/rpc/errors.ts";
import PrinterColumn from "@/features/board/PrinterColumn.vue";
import { useSelectionStore } from "@/features/board/selectionStore.ts";
import { useAnnouncerStore } from "@/stores/announcerStore.ts";
import { useFarmStore } from "@/stores/farmStore.ts";
import { useToastStore } from "@/stores/toastStore.ts";
import {
  currentFixture,
  decisionFixture,
  printerFixture,
  rowFixture,
} from "../../support/boardFixtures.ts";
import { mountBoard } from "../support/mountBoard.ts";

// A column left behind goes on living with the clock, and takes the stores of the next test for its own.
enableAutoUnmount(afterEach);

const column = (
  printer: ReturnType<typeof printerFixture>,
  answers: Readonly<Record<string, unknown>> = {},
) => mountBoard(PrinterColumn, { props: { printer }, printers: [printer], answers });

describe("a printer's column", () => {
  it("says what prints, how far it is, and moves with the live values", async () => {
    const current = currentFixture("bracket.gcode", { progress: 0.37 });
    const printer = printerFixture("p", "Voron", { activity: "printing", current });
    const { byId } = column(printer);
    expect(byId("state").text()).toBe("37 % Printing");
    expect(byId("current-print").text()).toContain("45 min left");
    const live = { id: printer.id, progress: 0.5, print_duration: 1, remaining: 600 };
    useFarmStore().applyLive([{ ...live, transfer: null, layer: 9, temperatures: [] }]);
    await flushPromises();
    expect(byId("state").text()).toBe("50 % Printing");
    expect(byId("current-print").text()).toContain("10 min left");
    expect(byId("current-print").text()).toContain("Layer 9/160");
  });

  it("marks a print that was not started from the queue", () => {
    const current = currentFixture("x.gcode", { source: "external" });
    const { wrapper } = column(printerFixture("p", "P", { activity: "printing", current }));
    expect(wrapper.text()).toContain("External");
  });

  it("asks whether the plate is clear and answers with the revision that was on screen", async () => {
    const printer = printerFixture("p", "Voron", {
      attention: [{ kind: "plate", text: "" }],
      plate: { state: "occupied", revision: 41, reason: "bracket finished" },
      queue: { armed: true, rows: [rowFixture("cube.gcode")] },
    });
    const cleared = { ...printer, plate: { ...printer.plate, state: "clear", revision: 42 } };
    const { byId, calls } = column(printer, { "farm.plate.set": cleared });
    expect(byId("plate-question").text()).toContain("Then cube starts.");
    await byId("plate-clear").trigger("click");
    await flushPromises();
    expect(calls).toEqual([
      {
        method: "farm.plate.set",
        params: { printer: "p", state: "clear", revision: 41, grace: true },
      },
    ]);
  });

  it("shows Undo in the column itself while a clear can still be taken back", async () => {
    const next = rowFixture("cube.gcode", {
      reasons: [{ code: "undo_grace", text: "Starts in a moment" }],
    });
    const printer = printerFixture("p", "Voron", {
      plate: { state: "clear", revision: 42, since: Date.now() / 1000 },
      queue: { armed: true, rows: [next] },
    });
    const { byId, calls } = column(printer, { "farm.plate.set": printer });
    expect(byId("state").text()).toBe("Starts soon");
    expect(byId("plate-grace").text()).toContain("cube starts in 5 s");
    await byId("plate-undo").trigger("click");
    await flushPromises();
    const params = { printer: "p", state: "occupied", revision: 42 };
    expect(calls).toEqual([{ method: "farm.plate.set", params }]);
  });

  it("can take back a clear that starts nothing, by a toast", async () => {
    const printer = printerFixture("p", "Voron", {
      attention: [{ kind: "plate", text: "" }],
      plate: { state: "occupied", revision: 41 },
    });
    const cleared = { ...printer, plate: { ...printer.plate, state: "clear", revision: 42 } };
    const { byId, calls } = column(printer, { "farm.plate.set": cleared });
    await byId("plate-clear").trigger("click");
    await flushPromises();
    const toast = useToastStore().toasts.at(-1);
    expect(toast?.text).toBe("Voron: plate clear");
    toast?.action?.run();
    await flushPromises();
    expect(calls[1]?.params).toEqual({ printer: "p", state: "occupied", revision: 42 });
  });

  it("offers no undo when the host starts without grace", async () => {
    const printer = printerFixture("p", "P", {
      attention: [{ kind: "plate", text: "" }],
      plate: { state: "occupied" },
      queue: { armed: true, rows: [rowFixture("cube.gcode")] },
      options: { clear_grace: 0 },
    });
    const { byId } = column(printer, { "farm.plate.set": printer });
    await byId("plate-clear").trigger("click");
    await flushPromises();
    expect(useToastStore().toasts).toEqual([]);
  });

  it("asks what becomes of a failed print, with what was seen", async () => {
    const decision = decisionFixture("vase.gcode");
    const printer = printerFixture("p", "P", {
      attention: [{ kind: "decision", text: "" }],
      queue: { decisions: [decision] },
    });
    const { byId, calls } = column(printer, { "farm.queue.decide": printer.queue });
    expect(byId("decision-question").text()).toContain("Print failed");
    expect(byId("decision-question").text()).toContain("reports the print as error");
    await byId("decide-requeue").trigger("click");
    const params = { printer: "p", attempt: decision.attempt, decision: "requeue" };
    expect(calls).toEqual([{ method: "farm.queue.decide", params }]);
  });

  it("shows what Klipper reports after a shutdown, and offers the restart that ends it", async () => {
    const printer = printerFixture("p", "P", {
      activity: "error",
      klippy: { state: "shutdown", message: "Timer too close" },
      attention: [{ kind: "klippy", text: "" }],
    });
    const { byId, calls } = column(printer, { "printer.firmware_restart": "ok" });
    expect(byId("notice-klippy").text()).toContain("Timer too close");
    await byId("firmware-restart").trigger("click");
    expect(calls).toEqual([{ method: "printer.firmware_restart", params: { printer: "p" } }]);
  });

  it("tries a job that could not be started again when told to", async () => {
    const printer = printerFixture("p", "P", {
      attention: [{ kind: "transfer", text: "The printer did not take the file." }],
      queue: { armed: false, rows: [rowFixture("cube.gcode")] },
    });
    const { byId, calls } = column(printer, { "farm.queue.start": printer.queue });
    expect(byId("notice-transfer").text()).toContain("did not take the file");
    await byId("transfer-again").trigger("click");
    expect(calls).toEqual([{ method: "farm.queue.start", params: { printer: "p" } }]);
  });

  it("asks once what becomes of the printer's own queue", async () => {
    const printer = printerFixture("p", "P", {
      attention: [{ kind: "foreign_queue", text: "" }],
      master: {
        state: "held",
        holder: null,
        foreign_queue: { jobs: 2, filenames: ["x.gcode", "y.gcode"], starts_by: [] },
      },
    });
    const { byId, calls } = column(printer, { "farm.printers.adopt": printer });
    expect(byId("foreign-queue").text()).toContain("It holds 2 jobs.");
    await byId("adopt-import").trigger("click");
    const params = { printer: "p", choice: "import" };
    expect(calls).toEqual([{ method: "farm.printers.adopt", params }]);
  });

  it("names the computer that manages the printer, and takes over on demand", async () => {
    const printer = printerFixture("p", "P", {
      attention: [{ kind: "not_master", text: "" }],
      master: { state: "other", holder: { host: "DESK-2", user: "jo" }, foreign_queue: null },
    });
    const { byId, calls } = column(printer, { "farm.printers.take_over": printer });
    expect(byId("not-master").text()).toContain("Managed by DESK-2");
    await byId("take-over").trigger("click");
    expect(calls).toEqual([{ method: "farm.printers.take_over", params: { printer: "p" } }]);
  });

  it("counts good parts only where somebody has counted", async () => {
    const decision = decisionFixture("vase.gcode");
    const printer = printerFixture("p", "P", {
      attention: [{ kind: "decision", text: "" }],
      queue: { decisions: [decision] },
    });
    const { byId, calls } = column(printer, { "farm.queue.decide": printer.queue });
    await byId("good-parts").setValue("4");
    await byId("decide-dismiss").trigger("click");
    expect(calls[0]?.params).toMatchObject({ decision: "dismiss", good_parts: 4 });
  });

  it("says that an emergency stop was NOT sent when it was not", async () => {
    const refusal = new RemoteError(503, "The printer did not take it");
    const { byId } = column(printerFixture("p", "Voron"), { "printer.emergency_stop": refusal });
    await byId("emergency-stop").trigger("click");
    await flushPromises();
    const toast = useToastStore().toasts.at(-1);
    expect(toast).toMatchObject({ tone: "bad", duration: null });
    expect(toast?.text).toContain("NOT sent");
    expect(toast?.text).toContain("The printer did not take it");
  });

  it("offers emergency stop while a printer that is not reached may still move", () => {
    const printer = printerFixture("p", "P", {
      activity: "offline",
      link: { state: "unreachable" },
    });
    expect(column(printer).byId("emergency-stop").attributes("disabled")).toBeUndefined();
  });

  it("asks before a print is given up", async () => {
    const current = currentFixture("bracket.gcode");
    const printer = printerFixture("p", "P", { activity: "printing", current });
    const { byId, calls } = column(printer, { "printer.print.cancel": "ok" });
    await byId("cancel-print").trigger("click");
    await flushPromises();
    expect(calls).toEqual([]);
    document.querySelector<HTMLElement>('[data-testid="confirm-cancel"]')?.click();
    await flushPromises();
    expect(calls).toEqual([{ method: "printer.print.cancel", params: { printer: "p" } }]);
  });
});

describe("the menu of a printer", () => {
  it("asks before a printer is removed with its jobs, and names them", async () => {
    const rows = [rowFixture("a.gcode"), rowFixture("b.gcode")];
    const { byId, calls } = column(printerFixture("p", "P", { queue: { rows } }), {
      "farm.printers.remove": { removed: "p" },
    });
    const on = (id: string) => document.querySelector<HTMLElement>(`[data-testid="${id}"]`);
    await byId("printer-menu").trigger("keydown", { key: "Enter" });
    await flushPromises();
    on("menu-remove-printer")?.click();
    await flushPromises();
    expect(on("remove-printer")?.textContent).toContain("with 2 waiting jobs");
    expect(calls).toEqual([]);
    on("confirm-remove-printer")?.click();
    await flushPromises();
    const params = { printer: "p", force: true };
    expect(calls).toEqual([{ method: "farm.printers.remove", params }]);
  });
});

describe("a queue's rows", () => {
  const rows = [rowFixture("a.gcode"), rowFixture("b.gcode"), rowFixture("c.gcode")] as const;
  const [a, b, c] = rows;
  const printer = printerFixture("p", "P", { queue: { rows: [...rows] } });

  it("say why each waits, the first one that it is next", () => {
    const waits = rowFixture("d.gcode", { reasons: [{ code: "behind", text: "Behind 1 job" }] });
    const two = printerFixture("p", "P", { queue: { rows: [a, waits] } });
    const { byId } = column(two);
    expect(byId(`job-${a.job_id}`).text()).toContain("Next");
    expect(byId(`job-${waits.job_id}`).text()).toContain("Behind 1 job");
  });

  it("move with Alt and an arrow, and say aloud where to", async () => {
    const { byId, calls } = column(printer, {
      "farm.queue.move": { ...printer.queue, revision: 2, rows: [b, a, c] },
    });
    await byId(`job-${b.job_id}`).trigger("keydown", { key: "ArrowUp", altKey: true });
    await flushPromises();
    const params = { printer: "p", job_ids: [b.job_id], before: a.job_id };
    expect(calls).toEqual([{ method: "farm.queue.move", params }]);
    expect(useAnnouncerStore().text).toBe("b is now 1 of 3");
  });

  it("go away with Delete, and come back with Undo while nothing else was changed", async () => {
    const left = { ...printer.queue, revision: 2, rows: [a, c], undo: "remove 1 copy" };
    const { byId, calls } = column(printer, {
      "farm.queue.remove": left,
      "farm.queue.undo": { ...printer.queue, revision: 3 },
    });
    await byId(`job-${b.job_id}`).trigger("keydown", { key: "Delete" });
    await flushPromises();
    expect(useAnnouncerStore().text).toBe("b removed from P");
    useToastStore().toasts.at(-1)?.action?.run();
    await flushPromises();
    expect(calls.map((call) => call.method)).toEqual(["farm.queue.remove", "farm.queue.undo"]);
    expect(useToastStore().toasts.at(-1)?.text).toBe("Taken back: b");
  });

  it("leave alone what somebody else has changed since", async () => {
    const { byId, calls } = column(printer, {
      "farm.queue.remove": { ...printer.queue, revision: 2, rows: [a, c], undo: "remove 1 copy" },
    });
    await byId(`job-${b.job_id}`).trigger("keydown", { key: "Delete" });
    await flushPromises();
    useFarmStore().applyQueue("p", { ...printer.queue, revision: 3, rows: [c], undo: "clear" });
    useToastStore().toasts.at(-1)?.action?.run();
    await flushPromises();
    expect(calls.map((call) => call.method)).toEqual(["farm.queue.remove"]);
    expect(useToastStore().toasts.at(-1)).toMatchObject({ tone: "bad" });
  });

  it("are shown where they are again when the host refuses a move, and the toast says why", async () => {
    let refuse = (): void => undefined;
    const answer = new Promise((_, reject) => {
      refuse = () => reject(new RemoteError(409, "The queue has changed: look again"));
    });
    const { byId, wrapper } = column(printer, { "farm.queue.move": answer });
    const order = () => wrapper.findAll("[data-row]").map((row) => row.text()[0]);
    await byId(`job-${c.job_id}`).trigger("keydown", { key: "Home", altKey: true });
    expect(order()).toEqual(["c", "a", "b"]);
    refuse();
    await flushPromises();
    expect(order()).toEqual(["a", "b", "c"]);
    expect(useToastStore().toasts.at(-1)?.text).toContain("The queue has changed: look again");
  });

  it("are selected with Space and Shift, and act together", async () => {
    const { byId, calls } = column(printer, {
      "farm.queue.hold": { ...printer.queue, revision: 2 },
    });
    await byId(`job-${a.job_id}`).trigger("keydown", { key: " " });
    await byId(`job-${a.job_id}`).trigger("keydown", { key: "ArrowDown", shiftKey: true });
    expect(useSelectionStore().count).toBe(2);
    expect(byId(`job-${b.job_id}`).attributes("aria-selected")).toBe("true");
    await byId(`job-${b.job_id}`).trigger("keydown", { key: "h" });
    const params = { printer: "p", job_ids: [a.job_id, b.job_id], hold: "Held on the board" };
    expect(calls).toEqual([{ method: "farm.queue.hold", params }]);
  });

  it("cost a screenful however many they are", () => {
    const many = Array.from({ length: 1000 }, (_, index) => rowFixture(`${index}.gcode`));
    const { wrapper } = column(printerFixture("p", "P", { queue: { rows: many } }));
    expect(wrapper.findAll("[data-row]").length).toBeLessThan(40);
    expect(wrapper.find("[role=grid]").attributes("aria-rowcount")).toBe("1000");
  });

  it("say when their file was made for another machine, and can be printed all the same", async () => {
    const wrong = rowFixture("w.gcode", { machine: "wrong", hold: "Made for a larger plate" });
    const { byId, calls } = column(printerFixture("p", "P", { queue: { rows: [wrong] } }), {
      "farm.queue.print_anyway": printer.queue,
    });
    expect(byId(`job-${wrong.job_id}`).text()).toContain("Made for a larger plate");
    await byId("print-anyway").trigger("click");
    const params = { printer: "p", job_ids: [wrong.job_id] };
    expect(calls).toEqual([{ method: "farm.queue.print_anyway", params }]);
  });

  it("leave keys alone that were meant for something inside them", async () => {
    const { byId, calls } = column(printer);
    const menu = byId(`job-${b.job_id}`).find('[data-testid="row-menu"]');
    await menu.trigger("keydown", { key: "Delete" });
    expect(calls).toEqual([]);
  });

  it("stay where they are while they are transferred", async () => {
    const locked = rowFixture("l.gcode", { locked: true });
    const busy = printerFixture("p", "P", { queue: { rows: [locked, b] } });
    const { byId, calls } = column(busy);
    await byId(`job-${locked.job_id}`).trigger("keydown", { key: "Delete" });
    await byId(`job-${b.job_id}`).trigger("keydown", { key: "ArrowUp", altKey: true });
    await flushPromises();
    expect(calls).toEqual([]);
  });

  it("offer Start or Pause of the queue, whichever it needs", async () => {
    const { byId, calls } = column(printer, { "farm.queue.start": printer.queue });
    expect(byId("queue-pause").exists()).toBe(false);
    await byId("queue-start").trigger("click");
    expect(calls).toEqual([{ method: "farm.queue.start", params: { printer: "p" } }]);
  });
});
