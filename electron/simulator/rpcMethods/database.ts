import { text } from "../moonraker/arguments.ts";
import { ServerError } from "../moonraker/serverError.ts";
import type { MethodTable } from "./method.ts";

export const databaseMethods: MethodTable = {
  "server.database.list": (_args, { moonraker }) => ({
    namespaces: moonraker.database.namespaces(),
    backups: [],
  }),
  "server.database.get_item": (args, { moonraker }) => {
    const namespace = text(args, "namespace");
    const key = args["key"] === undefined || args["key"] === null ? null : text(args, "key");
    return { namespace, key, value: moonraker.database.get(namespace, key) };
  },
  "server.database.post_item": (args, { moonraker }) => {
    const namespace = text(args, "namespace");
    const key = text(args, "key");
    const value = args["value"];
    if (value === undefined) throw new ServerError(400, "No data for argument: value");
    moonraker.database.set(namespace, key, value);
    return { namespace, key, value };
  },
  "server.database.delete_item": (args, { moonraker }) => {
    const namespace = text(args, "namespace");
    const key = text(args, "key");
    return { namespace, key, value: moonraker.database.delete(namespace, key) };
  },
};
