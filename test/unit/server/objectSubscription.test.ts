import { describe, expect, it } from "vitest";
import { PrinterId } from "#shared/domain/ids.ts";
import { ObjectSubscription } from "../../../electron/host/server/objectSubscription.ts";
import { ManualClock } from "../../support/manualClock.ts";

function open() {
  const clock = new ManualClock();
  const began = clock.monotonic();
  const sent: { at: number; value: unknown }[] = [];
  const subscription = new ObjectSubscription(
    PrinterId.parse("voron"),
    { toolhead: null },
    clock,
    ({ toolhead }) => sent.push({ at: clock.monotonic() - began, value: toolhead?.["x"] }),
  );
  subscription.open();
  const say = (value: number): void => subscription.push({ toolhead: { x: value } }, 0);
  return { clock, sent, say };
}

describe("what a client is sent of a printer's objects", () => {
  it("is every frame as it comes, also after one that was late", async () => {
    const { clock, sent, say } = open();
    const times = [0, 250, 600, 750, 1000, 1250];
    let now = 0;
    for (const [n, time] of times.entries()) {
      await clock.advance(time - now);
      now = time;
      say(n);
    }
    expect(sent.map(({ at }) => at)).toEqual(times);
  });

  it("is four updates a second at most on average, and the last value always", async () => {
    const { clock, sent, say } = open();
    for (let n = 0; n <= 400; n++) {
      say(n);
      await clock.advance(10);
    }
    await clock.advance(1000);
    expect(sent.length).toBeLessThanOrEqual(18);
    expect(sent.at(-1)?.value).toBe(400);
  });
});
