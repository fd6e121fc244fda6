import type { accessMethods } from "#shared/contract/access.ts";
import { AppError } from "#shared/rpc/errors.ts";
import type { HandlersOf } from "../call.ts";
import type { HandlerParts } from "../parts.ts";

/** Who got as far as a handler is let in: on this computer without a word, from others with a key. */
export function accessHandlers({
  clock,
  oneShotTokens,
}: HandlerParts): HandlersOf<typeof accessMethods> {
  return {
    "access.info": (_, { scope }) => ({
      default_source: "moonraker",
      available_sources: ["moonraker"],
      login_required: false,
      trusted: scope !== null,
    }),
    "access.oneshot_token": (_, call) =>
      oneShotTokens.issue(call.remoteAddress, call.scope ?? "read"),
    "access.get_user": () => ({
      username: "_TRUSTED_USER_",
      source: "moonraker",
      created_on: clock.now() / 1000,
    }),
    "access.users.list": () => ({ users: [] }),
    "access.get_api_key": () => {
      throw new AppError(
        "forbidden",
        "API keys are shown once, when they are made, and kept as hashes only. Make one in Nextplate's settings.",
      );
    },
  };
}
