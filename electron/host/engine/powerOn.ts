import { TIMES } from "./queueModel.ts";
import { powerMayHelp } from "./queuePolicy.ts";
import type { Turn } from "./turn.ts";

/**
 * Switches the printer's power on when nothing but its power keeps a job from starting. Asked once: what
 * the device does not do then, a person looks into. Nothing is ever switched off.
 */
export function switchOn(turn: Turn): void {
  const { options, world } = turn;
  if (world.klippy === "ready" && world.power !== null) turn.know({ power: null });
  if (options.powerOn === "never" || options.powerDevice === "") return;
  if (turn.world.power !== null || !powerMayHelp(turn.model)) return;
  turn.know({ power: { state: "asked", message: "", at: turn.now.mono } });
  turn.record("power_on_asked", { device: options.powerDevice });
  turn.effect({ kind: "power_on", device: options.powerDevice });
}

export function powerAnswered(
  turn: Turn,
  answer: { readonly outcome: "switched_on" | "was_on" | "failed"; readonly message: string },
): void {
  if (turn.world.power === null) return;
  const { options } = turn;
  const at = turn.now.mono;
  switch (answer.outcome) {
    case "switched_on":
      turn.record("powered_on", { device: options.powerDevice });
      return turn.know({ power: { state: "on", message: "", at } });
    case "was_on":
      return turn.know({
        power: { state: "failed", message: `${options.powerDevice} is on already.`, at },
      });
    case "failed":
      turn.record("power_on_failed", { device: options.powerDevice, message: answer.message });
      return turn.know({
        power: {
          state: "failed",
          message: `${options.powerDevice} could not be switched on: ${answer.message}`,
          at,
        },
      });
  }
}

/** Klipper should be there by now: from here on its absence is told as it is. */
export function expirePower(turn: Turn): void {
  const { power } = turn.world;
  if (power?.state !== "on" || turn.now.mono - power.at < TIMES.powerUp) return;
  const { powerDevice } = turn.options;
  turn.know({
    power: {
      ...power,
      state: "failed",
      message: `${powerDevice} was switched on, but Klipper has not come up.`,
    },
  });
}
