import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PrinterView } from "#shared/contract/farm.ts";
import { WebhookEvent } from "#shared/contract/farmWebhooks.ts";
import type { Attempt } from "#shared/domain/attempt.ts";
import { PrinterId } from "#shared/domain/ids.ts";
import { Emitter } from "#shared/util/event.ts";
import type { FarmPrinter } from "../../../electron/host/engine/farm.ts";
import { silentLogger } from "../../../electron/host/log/logger.ts";
import { FarmWebhooks } from "../../../electron/host/webhooks/farmWebhooks.ts";
import { waitFor } from "../../support/apiClient.ts";
import { memorySettings } from "../../support/apiHarness.ts";
import { printerFixture } from "../../support/boardFixtures.ts";
import { ManualClock } from "../../support/manualClock.ts";
import { anEndedAttempt, voron } from "../../support/storedRecords.ts";
import { isSigned, startReceiver, type WebhookReceiver } from "../../support/webhookReceiver.ts";

const HOUR = 3_600_000;
const ALL = { name: "hook", events: [...WebhookEvent.options], printers: null };

let receiver: WebhookReceiver;
let clock: ManualClock;
let settings: ReturnType<typeof memorySettings>;
let ended: Attempt[];
let view: PrinterView;
let changed: Emitter<{ revision: number; id: PrinterId; view: PrinterView | null }>;
let webhooks: FarmWebhooks;

beforeEach(async () => {
  receiver = await startReceiver();
  clock = new ManualClock();
  settings = memorySettings();
  ended = [];
  view = { ...printerFixture("voron", "Voron"), id: voron, attention: [], current: null };
  webhooks = open();
});
afterEach(async () => {
  await webhooks.stop();
  await receiver.stop();
});

/** A host's webhooks as they come up, with what is on the disk. */
function open(): FarmWebhooks {
  changed = new Emitter();
  const printer = (): Pick<FarmPrinter, "id" | "view"> => ({ id: voron, view: () => view });
  const opened = new FarmWebhooks({
    farm: {
      get printers() {
        return [printer() as FarmPrinter];
      },
      get: () => undefined,
      onDidChange: changed.event,
    },
    history: {
      list: (_, limit) => ({ attempts: ended.toReversed().slice(0, limit), cursor: null }),
    },
    settings,
    clock,
    random: () => 0,
    logger: silentLogger,
  });
  opened.start();
  return opened;
}
/** A question comes up, and is answered. */
function ask(text: string): void {
  for (const attention of [[{ kind: "plate" as const, text }], []]) {
    view = { ...view, attention };
    changed.fire({ revision: 1, id: voron, view });
  }
}
/** The queue changes because a print ended. */
function end(n: number, attempt: Partial<Attempt> = {}): void {
  ended.push(anEndedAttempt(n, "finished", clock.now(), { startSentAt: 1, ...attempt }));
  view = { ...view, queue: { ...view.queue, revision: view.queue.revision + 1 } };
  changed.fire({ revision: 1, id: voron, view });
}
/** What waits for its time gets it while we look. */
const soon = (what: string, condition: () => boolean): Promise<unknown> =>
  waitFor(what, async () => {
    await clock.advance(0);
    return condition();
  });
const arrivals = (count: number): Promise<unknown> =>
  soon(`${count} messages`, () => receiver.arrived.length >= count);
const texts = (): unknown[] => receiver.arrived.map(({ data }) => data["text"]);
const settled = (): Promise<unknown> =>
  soon("nothing to wait", () => webhooks.list()[0]?.waiting === 0);

describe("webhooks", () => {
  it("arrive signed as the Standard Webhooks specification says", async () => {
    const { secret } = await webhooks.create({ ...ALL, url: receiver.url });
    ask("Is the plate clear?");
    await arrivals(1);
    const [message] = receiver.arrived;
    expect(message).toMatchObject({
      type: "attention",
      data: { printer: { id: voron }, kind: "plate", text: "Is the plate clear?" },
    });
    expect(message !== undefined && isSigned(secret, message)).toBe(true);
    expect(message !== undefined && isSigned(`whsec_${"A".repeat(32)}`, message)).toBe(false);
  });

  it("are sent again with growing pauses, in order, until they have arrived", async () => {
    await webhooks.create({ ...ALL, url: receiver.url });
    receiver.answerWith(500);
    ask("first");
    ask("second");
    await arrivals(1);
    await soon("the outbox to know it", () => webhooks.list()[0]?.last !== null);
    expect(webhooks.list()[0]).toMatchObject({
      waiting: 2,
      last: { ok: false, status: 500, detail: "answered 500" },
    });
    await clock.advance(3_900);
    expect(receiver.arrived).toHaveLength(1);
    await clock.advance(200);
    await arrivals(2);
    await soon(
      "the outbox to know it",
      () => (webhooks.list()[0]?.next_try ?? 0) * 1000 > clock.now(),
    );
    // The second pause is twice the first one.
    await clock.advance(7_900);
    expect(receiver.arrived).toHaveLength(2);
    receiver.answerWith(200);
    await clock.advance(200);
    await arrivals(4);
    await settled();
    expect(texts()).toEqual(["first", "first", "first", "second"]);
    expect(
      new Set(receiver.arrived.slice(0, 3).map(({ headers }) => headers["webhook-id"])),
    ).toHaveLength(1);
  });

  it("wait on disk while the host is down", async () => {
    await webhooks.create({ ...ALL, url: receiver.url });
    receiver.answerWith(503);
    ask("before the restart");
    await arrivals(1);
    await webhooks.stop();
    receiver.answerWith(200);
    webhooks = open();
    await clock.advance(HOUR);
    await arrivals(2);
    expect(texts()).toEqual(["before the restart", "before the restart"]);
  });

  it("tell of prints that ended while the host was down, once, and not of those before the first webhook", async () => {
    end(1);
    await webhooks.create({ ...ALL, url: receiver.url });
    end(2);
    await arrivals(1);
    await settled();
    await webhooks.stop();
    ended.push(anEndedAttempt(3, "failed", clock.now(), { startSentAt: 1 }));
    webhooks = open();
    await arrivals(2);
    end(4, { startSentAt: null });
    end(5);
    await arrivals(3);
    await settled();
    expect(receiver.arrived.map(({ data }) => data["attempt"])).toEqual(
      [2, 3, 5].map((n) => ended[n - 1]?.id),
    );
  });

  it("are bounded: of what no receiver takes, the newest 200 stay", async () => {
    await webhooks.create({ ...ALL, url: "http://127.0.0.1:1/" });
    for (let n = 0; n < 250; n++) ask(`question ${n}`);
    await soon("the outbox to know it", () => webhooks.list()[0]?.lost === 50);
    expect(webhooks.list()[0]).toMatchObject({ waiting: 200, lost: 50 });
  });

  it("are given up after half a day, and the next one gets its turn", async () => {
    await webhooks.create({ ...ALL, url: receiver.url });
    receiver.answerWith(400);
    ask("never taken");
    for (let tries = 1; tries <= 20; tries++) {
      await arrivals(tries);
      await soon("the outbox to know it", () => webhooks.list()[0]?.lost === 1 || waitsLater());
      await clock.advance(HOUR);
    }
    expect(webhooks.list()[0]).toMatchObject({ waiting: 0, lost: 1 });
    receiver.answerWith(200);
    ask("taken");
    await arrivals(21);
    expect(texts().at(-1)).toBe("taken");
  });
  const waitsLater = (): boolean => (webhooks.list()[0]?.next_try ?? 0) * 1000 > clock.now();

  it("go only to those who asked for the event and the printer", async () => {
    const other = PrinterId.parse("other");
    await webhooks.create({ ...ALL, url: receiver.url, events: ["print.ended"] });
    await webhooks.create({ ...ALL, url: receiver.url, printers: [other] });
    const { view: third } = await webhooks.create({ ...ALL, url: receiver.url, printers: [voron] });
    ask("hello");
    await arrivals(1);
    await soon("the outbox to know it", () =>
      webhooks.list().every(({ waiting }) => waiting === 0),
    );
    expect(receiver.arrived).toHaveLength(1);
    await webhooks.update(third.id, { enabled: false });
    ask("nobody listens");
    end(1);
    await arrivals(2);
    expect(receiver.arrived.map(({ type }) => type)).toEqual(["attention", "print.ended"]);
  });

  it("end when their receiver says it is gone, and follow no redirect", async () => {
    const { view: hook } = await webhooks.create({ ...ALL, url: receiver.url });
    receiver.answerWith(302);
    expect(await webhooks.test(hook.id)).toMatchObject({
      ok: false,
      status: 302,
      detail: expect.stringMatching(/redirects are not followed/),
    });
    expect(receiver.arrived).toHaveLength(1);
    receiver.answerWith(410);
    ask("still there?");
    await soon("the outbox to know it", () => webhooks.list()[0]?.enabled === false);
    receiver.answerWith(200);
    await webhooks.update(hook.id, { enabled: true });
    await arrivals(3);
    await settled();
    expect(texts().at(-1)).toBe("still there?");
  });

  it("say why nobody could be reached", async () => {
    const { view: hook } = await webhooks.create({ ...ALL, url: "http://127.0.0.1:1/" });
    expect(await webhooks.test(hook.id)).toMatchObject({ ok: false, status: null });
    expect((await webhooks.test(hook.id)).detail).toMatch(/could not be reached: \S+/);
    await webhooks.remove(hook.id);
    expect(webhooks.list()).toEqual([]);
    await expect(webhooks.test(hook.id)).rejects.toMatchObject({ code: "not_found" });
  });
});
