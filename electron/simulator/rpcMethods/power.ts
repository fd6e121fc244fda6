import { text } from "../moonraker/arguments.ts";
import type { Moonraker } from "../moonraker/moonraker.ts";
import { ServerError } from "../moonraker/serverError.ts";
import type { MethodTable } from "./method.ts";

const stateOf = ({ options }: Moonraker): "on" | "off" =>
  options.klippy.state === "disconnected" ? "off" : "on";

/** The one device a simulated printer may have: the plug that feeds its Klipper. */
function device(moonraker: Moonraker, name: string): string {
  const { powerDevice } = moonraker.options;
  if (powerDevice === null || name !== powerDevice) {
    throw new ServerError(404, `No valid device named ${name}`);
  }
  return powerDevice;
}

export const powerMethods: MethodTable = {
  "machine.device_power.devices": (_args, { moonraker }) => {
    const { powerDevice } = moonraker.options;
    if (powerDevice === null) return { devices: [] };
    const status = stateOf(moonraker);
    return {
      devices: [{ device: powerDevice, status, locked_while_printing: true, type: "gpio" }],
    };
  },
  "machine.device_power.get_device": (args, { moonraker }) => ({
    [device(moonraker, text(args, "device"))]: stateOf(moonraker),
  }),
  "machine.device_power.post_device": (args, { moonraker }) => {
    const name = device(moonraker, text(args, "device"));
    const action = text(args, "action");
    const { klippy } = moonraker.options;
    if (action !== "on" && action !== "off" && action !== "toggle") {
      throw new ServerError(400, `Invalid requested action '${action}'`);
    }
    const on = action === "toggle" ? stateOf(moonraker) === "off" : action === "on";
    moonraker.options.append({ event: "power", message: on ? "on" : "off" });
    if (on) klippy.boot();
    else klippy.kill();
    // The plug has switched at once; Klipper needs its time to come up.
    return { [name]: on ? "on" : "off" };
  },
};
