import * as z from "zod";
import { method } from "./method.ts";
import { databaseKey, string } from "./moonrakerArgs.ts";

const read = { target: "printer", scope: "read", mutates: false } as const;
const operate = { target: "printer", scope: "operate", mutates: true } as const;
const Item = z.object({
  namespace: z.string(),
  key: z.union([z.string(), z.array(z.string()), z.null()]),
  value: z.unknown(),
});

/** What clients keep with the server: settings of front ends, mostly. Ours, whether the printer is on or off. */
export const databaseMethods = {
  "server.database.list": method({
    ...read,
    summary: "List the namespaces clients have made at this endpoint",
    params: z.object({}),
    result: z.object({ namespaces: z.array(z.string()), backups: z.array(z.string()) }),
    http: { verb: "GET", path: "/server/database/list" },
  }),
  "server.database.get_item": method({
    ...read,
    summary: "Get a value, or all of a namespace without a key; dots in a key go deeper",
    params: z.object({ namespace: string("namespace"), key: databaseKey("key").optional() }),
    result: Item,
    http: { verb: "GET", path: "/server/database/item" },
  }),
  "server.database.post_item": method({
    ...operate,
    summary: "Store a value; dots in a key go deeper",
    params: z.object({
      namespace: string("namespace"),
      key: databaseKey("key"),
      value: z.unknown(),
    }),
    result: Item,
    http: { verb: "POST", path: "/server/database/item" },
  }),
  "server.database.delete_item": method({
    ...operate,
    summary: "Remove a value; answers what it was",
    params: z.object({ namespace: string("namespace"), key: databaseKey("key") }),
    result: Item,
    http: { verb: "DELETE", path: "/server/database/item" },
  }),
};
