import type { databaseMethods } from "#shared/contract/database.ts";
import { AppError } from "#shared/rpc/errors.ts";
import type { Call, HandlersOf } from "../call.ts";
import type { KeyPath } from "../clientDatabase.ts";
import type { HandlerParts } from "../parts.ts";

/** Settings that clients keep with us: those of an endpoint's printer, or of the root. */
export function databaseHandlers({
  clientDatabase,
}: HandlerParts): HandlersOf<typeof databaseMethods> {
  return {
    "server.database.list": (_, call) => ({
      namespaces: clientDatabase.namespaces(ownerOf(call)),
      backups: [],
    }),
    "server.database.get_item": ({ namespace, key = null }, call) => {
      const path = key === null ? null : pathOf(key);
      return { namespace, key, value: clientDatabase.get(ownerOf(call), namespace, path) };
    },
    "server.database.post_item": async ({ namespace, key, value }, call) => {
      if (key === null) throw new AppError("bad_request", "No data for argument: key");
      if (value === undefined) throw new AppError("bad_request", "No data for argument: value");
      await clientDatabase.put(ownerOf(call), namespace, pathOf(key), value);
      return { namespace, key, value };
    },
    "server.database.delete_item": async ({ namespace, key }, call) => {
      if (key === null) throw new AppError("bad_request", "No data for argument: key");
      const value = await clientDatabase.delete(ownerOf(call), namespace, pathOf(key));
      return { namespace, key, value };
    },
  };
}

/** The two endpoints of a printer are one front end's two addresses. */
function ownerOf({ endpoint }: Call): string {
  return endpoint.kind === "farm" ? "farm:" : endpoint.id;
}

function pathOf(key: string | string[]): KeyPath {
  return typeof key === "string" ? key.split(".") : key;
}
