import { AppError } from "#shared/rpc/errors.ts";
import * as z from "zod";
import type { PrinterLink } from "../link/printerLink.ts";

const States = z.record(z.string(), z.unknown());

/**
 * Switches a power device of the printer's Moonraker on, if it is off. It answers with the states by name:
 * "on", "off", "init", "error". Rejects when there is no such device or it does not come on.
 */
export async function switchDeviceOn(
  link: Pick<PrinterLink, "request">,
  device: string,
): Promise<"switched_on" | "was_on"> {
  const before = await ask(link, "machine.device_power.get_device", { device }, device);
  if (before === "on") return "was_on";
  const after = await ask(
    link,
    "machine.device_power.post_device",
    { device, action: "on" },
    device,
  );
  if (after === "on") return "switched_on";
  throw new AppError("unavailable", `it says "${after}".`);
}

async function ask(
  link: Pick<PrinterLink, "request">,
  method: string,
  params: object,
  device: string,
): Promise<string> {
  const states = States.safeParse(await link.request(method, params));
  const state = states.success ? states.data[device] : undefined;
  if (typeof state !== "string")
    throw new AppError("unavailable", `there is no device "${device}".`);
  return state;
}
