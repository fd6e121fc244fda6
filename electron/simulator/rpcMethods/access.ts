import type { MethodTable } from "./method.ts";

export const accessMethods: MethodTable = {
  "access.info": (_args, { moonraker }) => ({
    default_source: "moonraker",
    available_sources: ["moonraker"],
    login_required: false,
    trusted: moonraker.options.faults.apiKey === null,
  }),
  "access.oneshot_token": (_args, { moonraker }) => moonraker.options.tokens.issue(),
};
