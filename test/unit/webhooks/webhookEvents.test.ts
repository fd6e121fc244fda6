import { describe, expect, it } from "vitest";
import type { PrinterView } from "#shared/contract/farm.ts";
import { endOf, firstSight, tell } from "../../../electron/host/webhooks/webhookEvents.ts";
import { currentFixture, printerFixture, rowFixture } from "../../support/boardFixtures.ts";
import { anEndedAttempt } from "../../support/storedRecords.ts";

const view = (changes: Partial<PrinterView> = {}): PrinterView => ({
  ...printerFixture("voron", "Voron"),
  current: null,
  attention: [],
  ...changes,
});
const queueOf = (count: number): PrinterView["queue"] => ({
  ...view().queue,
  rows: Array.from({ length: count }, () => rowFixture("a.gcode")),
});
const linkIn = (state: PrinterView["link"]["state"]): PrinterView["link"] => ({
  ...view().link,
  state,
});

/** What is told of a printer that shows these one after another. */
function newsOf(...views: readonly PrinterView[]): string[] {
  const [first = view(), ...others] = views;
  let told = firstSight(first);
  return others.flatMap((next) => {
    const step = tell(told, next);
    told = step.told;
    return step.news.map(({ event }) => event);
  });
}

describe("news of a printer", () => {
  it("begin with what changes, not with what is found", () => {
    const busy = view({ current: currentFixture("a.gcode"), queue: queueOf(2) });
    expect(newsOf(busy, busy)).toEqual([]);
    expect(newsOf(view({ link: linkIn("connecting") }), view())).toEqual([]);
  });

  it("tell of a print once, from its first evidence, and not of a stranger's", () => {
    const current = currentFixture("a.gcode");
    const starting = view({ current: { ...current, state: "starting" } });
    const printing = view({ current });
    const paused = view({ current: { ...current, state: "paused" } });
    expect(newsOf(view(), starting, printing, paused, printing)).toEqual(["print.started"]);
    const external = currentFixture("x.gcode", { source: "external", attempt: null });
    expect(newsOf(view(), view({ current: external }))).toEqual([]);
  });

  it("tell that a queue ran dry", () => {
    expect(newsOf(view({ queue: queueOf(1) }), view({ queue: queueOf(0) }))).toEqual([
      "queue.empty",
    ]);
  });

  it("tell of each question to a person once", () => {
    const asking = view({ attention: [{ kind: "plate", text: "Is the plate clear?" }] });
    expect(newsOf(view(), asking, asking, view(), asking)).toEqual(["attention", "attention"]);
  });

  it("tell of a lost printer, and of one that is back, but not of a link that was only tried anew", () => {
    const on = view({ link: linkIn("connected") });
    const trying = view({ link: linkIn("connecting") });
    const off = view({ link: linkIn("unreachable") });
    expect(newsOf(on, trying, on)).toEqual([]);
    expect(newsOf(on, trying, off, trying, off, on)).toEqual(["printer.offline", "printer.online"]);
  });

  it("tell how a print ended, under one key however often it is found out", () => {
    const attempt = anEndedAttempt(7, "failed", 120_000, { message: "MCU lost" });
    expect(endOf(attempt, "Voron")).toMatchObject({
      event: "print.ended",
      key: `${attempt.id}.ended`,
      data: { outcome: "failed", message: "MCU lost", started: 60, ended: 120 },
    });
  });
});
