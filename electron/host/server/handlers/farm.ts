import type { OptionsView } from "#shared/contract/farm.ts";
import type { farmMethods } from "#shared/contract/farmMethods.ts";
import type { Params } from "#shared/contract/index.ts";
import type { PrinterOptions } from "#shared/domain/printer.ts";
import { assertNever } from "#shared/util/assertNever.ts";
import type { NewPrinter, PrinterEdit } from "../../engine/farm.ts";
import { type HandlersOf, requirePrinter } from "../call.ts";
import type { HandlerParts } from "../parts.ts";

type FarmMethods = Pick<
  typeof farmMethods,
  | "farm.snapshot"
  | "farm.printers.list"
  | "farm.printers.add"
  | "farm.printers.update"
  | "farm.printers.remove"
  | "farm.printers.test"
  | "farm.printers.adopt"
  | "farm.printers.take_over"
  | "farm.printers.reconnect"
>;

/** The farm as a whole, and which printers belong to it. */
export function farmHandlers(parts: HandlerParts): HandlersOf<FarmMethods> {
  const { farm, clock, version, storeNotice } = parts;
  return {
    "farm.snapshot": (_, call) => {
      call.session?.watchFarm();
      return {
        version,
        revision: farm.revision,
        now: clock.now() / 1000,
        store_notice: storeNotice,
        printers: farm.printers.map((printer) => printer.view()),
      };
    },
    "farm.printers.list": () => ({ printers: farm.printers.map((printer) => printer.view()) }),
    "farm.printers.add": async ({ name, link, options = {}, tags = [] }) => {
      const added = await farm.add({
        name,
        link: linkOf(link),
        options: optionsOf(options),
        tags,
      });
      return added.view();
    },
    "farm.printers.update": async (params) => {
      const updated = await farm.update(params.printer, editOf(params));
      return updated.view();
    },
    "farm.printers.remove": async ({ printer, force }) => {
      await farm.remove(printer, force);
      return { removed: printer };
    },
    "farm.printers.adopt": async ({ printer, choice }, call) => {
      const adopted = await farm.adopt(printer, choice, call.actor);
      return adopted.view();
    },
    "farm.printers.take_over": async ({ printer }, call) => {
      const taken = await farm.takeOver(printer, call.actor);
      return taken.view();
    },
    "farm.printers.reconnect": (_, call) => {
      const printer = requirePrinter(call);
      printer.link.reconnectNow();
      return printer.view();
    },
    "farm.printers.test": ({ kind, address, api_key, folder }) =>
      farm.test(
        kind === "klipper" ? { kind, address, folder } : { kind, address, apiKey: api_key },
      ),
  };
}

function linkOf(link: Params<"farm.printers.add">["link"]): NewPrinter["link"] {
  switch (link.kind) {
    case "moonraker":
      return { kind: "moonraker", url: link.address, apiKey: link.api_key };
    case "klipper":
      return { kind: "klipper", socket: link.address, folder: link.folder };
    case "simulated":
      return link;
    default:
      return assertNever(link, "link");
  }
}

function editOf(params: Params<"farm.printers.update">): PrinterEdit {
  const { name, order, is_default, link, options, tags } = params;
  return withoutAbsent<PrinterEdit>({
    name,
    order,
    isDefault: is_default,
    link: link === undefined ? undefined : linkOf(link),
    options: options === undefined ? undefined : optionsOf(options),
    tags,
  });
}

type Given<T> = { [K in keyof T]?: T[K] | undefined };

/** Options of the wire, those given, by the names they are kept under. */
function optionsOf(options: Given<OptionsView>): Partial<PrinterOptions> {
  return withoutAbsent({
    automaticTransition: options.automatic_transition,
    loadOnStartup: options.load_on_startup,
    jobTransitionDelay: options.job_transition_delay,
    jobTransitionGcode: options.job_transition_gcode,
    platePolicy: options.plate_policy,
    clearGrace: options.clear_grace,
    startClearsPlate: options.start_clears_plate,
    afterFailure: options.after_failure,
    maxFailures: options.max_failures,
    clearEvidence: options.clear_evidence,
    clearDeadline: options.clear_deadline,
    powerOn: options.power_on,
    powerDevice: options.power_device,
    prestage: options.prestage,
    outOfService: options.out_of_service,
  });
}

function withoutAbsent<T extends object>(given: Given<T>): Partial<T> {
  const present: Partial<T> = {};
  for (const key in given) {
    const value = given[key];
    if (value !== undefined) present[key] = value;
  }
  return present;
}
