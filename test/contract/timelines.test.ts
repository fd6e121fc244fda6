import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readScenarios, type Scenario, type Seen } from "../support/scenarios.ts";
import { lane, replayScenario } from "../support/scenarioReplay.ts";
import { openScenarioStage } from "../support/scenarioStage.ts";
import { TIMELINE_DIFFERENCES } from "./timelineDifferences.ts";

/**
 * Replays the recorded scenarios of a real Moonraker and Klipper: the calls go to our endpoint, the printer
 * is simulated, and the order of states and notifications must be the recorded one, or the one listed with
 * its row of docs/compatibility.md. Plates clear themselves here, as they do for Moonraker.
 */
const FILES = {
  manual: { automatic_transition: false },
  auto: { automatic_transition: true },
  trans: {
    automatic_transition: true,
    job_transition_delay: 1.5,
    job_transition_gcode: "G4 P10000\nM400",
  },
  load: { automatic_transition: true, load_on_startup: true },
};

/** What is compared: answers in their order, notifications in theirs. */
type Order = Readonly<Record<"answers" | "notifications", readonly string[]>>;

const orderOf = (seen: readonly Seen[]): Order => ({
  answers: lane(seen, "answer"),
  notifications: lane(seen, "queue"),
});

const compatibility = readFileSync(new URL("../../docs/compatibility.md", import.meta.url), "utf8");

async function replay(scenario: Scenario, options: object, patience: number): Promise<Order> {
  const stage = await openScenarioStage(options);
  try {
    const seen = await replayScenario(scenario, {
      endpoint: stage.endpoint,
      patience,
      deeds: stage.deeds(scenario),
      replaced: stage.replaced,
    });
    return orderOf(seen);
  } finally {
    await stage.close();
  }
}

const recordingOf = (file: string): URL =>
  new URL(`../fixtures/moonraker/frames/scenarios-${file}.jsonl`, import.meta.url);

describe.each(Object.entries(FILES))("recorded scenarios: %s", (file, options) => {
  for (const scenario of readScenarios(recordingOf(file))) {
    const key = scenario.name.split(" ")[0] ?? scenario.name;
    const difference = Object.hasOwn(TIMELINE_DIFFERENCES, key)
      ? TIMELINE_DIFFERENCES[key]
      : undefined;
    const title =
      difference === undefined ? scenario.name : `${scenario.name} (differs: ${difference.row})`;
    it.concurrent(`${title}`, { timeout: 90_000 }, async () => {
      const recorded = orderOf(scenario.seen);
      const expected = difference?.ours ?? recorded;
      // Where less happens than in the recording there is nothing to wait for.
      const isLess = expected.notifications.length < recorded.notifications.length;
      expect(await replay(scenario, options, isLess ? 4_000 : 15_000)).toEqual(expected);
    });
  }
});

describe("a listed difference", () => {
  it.each(Object.entries(TIMELINE_DIFFERENCES))("%s has its row, and is one", (key, difference) => {
    expect(compatibility).toContain(`| \`${difference.row}\``);
    const recorded = Object.keys(FILES)
      .flatMap((file) => readScenarios(recordingOf(file)))
      .filter((scenario) => scenario.name.startsWith(`${key} `));
    expect(recorded).toHaveLength(1);
    expect(recorded.map(({ seen }) => orderOf(seen))).not.toEqual([difference.ours]);
  });
});
