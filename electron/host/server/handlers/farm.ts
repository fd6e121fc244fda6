import type { OptionsView } from "#shared/contract/farm.ts";
import type { farmMethods } from "#shared/contract/farmMethods.ts";
import type { Params } from "#shared/contract/index.ts";
import type { PrinterOptions } from "#shared/domain/printer.ts";
import type { NewPrinter, PrinterEdit } from "../../engine/farm.ts";
import type { HandlersOf } from "../call.ts";
import type { HandlerParts } from "../parts.ts";

type FarmMethods = Pick<
  typeof farmMethods,
  | "farm.snapshot"
  | "farm.printers.list"
  | "farm.printers.add"
  | "farm.printers.update"
  | "farm.printers.remove"
  | "farm.printers.test"
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
    "farm.printers.test": ({ address, api_key }) => farm.test(address, api_key),
  };
}

function linkOf(link: Params<"farm.printers.add">["link"]): NewPrinter["link"] {
  return link.kind === "simulated"
    ? link
    : { kind: "moonraker", url: link.address, apiKey: link.api_key };
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
