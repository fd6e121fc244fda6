import type { farmReachMethods, ReachView } from "#shared/contract/farmReach.ts";
import { unknownPrinter } from "../dispatcher.ts";
import type { HandlersOf } from "../call.ts";
import type { HandlerParts } from "../parts.ts";
import { originOf } from "../reachSettings.ts";

/** How other programs and computers get to the printers. */
export function farmReachHandlers(parts: HandlerParts): HandlersOf<typeof farmReachMethods> {
  const { announcements, audit, farm, printerPorts, reach } = parts;
  const view = (): ReachView => {
    const { origins, announce } = reach.get();
    return {
      origins,
      announce,
      announce_problem: announcements().problem,
      ports: [...printerPorts().list()],
    };
  };

  return {
    "farm.reach.get": view,
    "farm.reach.set": async ({ origins, announce }, { actor }) => {
      const allowed = origins?.map(originOf);
      await reach.change((present) => ({
        ...present,
        origins: allowed === undefined ? present.origins : [...new Set(allowed)],
        announce: announce ?? present.announce,
      }));
      audit.note("reach_changed", actor, { origins: allowed, announce });
      return view();
    },
    "farm.reach.set_port": async ({ printer, endpoint, port }, { actor }) => {
      const addressed = { kind: endpoint, id: printer };
      if (port === null) {
        await printerPorts().remove(addressed);
      } else {
        if (farm.get(printer) === undefined) throw unknownPrinter(printer);
        await printerPorts().set(addressed, port);
      }
      audit.note("reach_changed", actor, { printer, endpoint, port });
      return view();
    },
  };
}
