import * as z from "zod";
import { method } from "./method.ts";

const read = { target: "host", scope: "read", mutates: false } as const;

/** Who may talk to this server. */
export const accessMethods = {
  "access.info": method({
    ...read,
    summary: "Get how this server lets clients in, and whether it trusts the caller",
    params: z.object({}),
    result: z.object({
      default_source: z.string(),
      available_sources: z.array(z.string()),
      login_required: z.boolean(),
      trusted: z.boolean(),
    }),
    http: { verb: "GET", path: "/access/info" },
  }),
  "access.oneshot_token": method({
    ...read,
    summary: "Get a token that opens one request within 5 seconds from the caller's address",
    params: z.object({}),
    result: z.string(),
    http: { verb: "GET", path: "/access/oneshot_token" },
  }),
  "access.get_user": method({
    ...read,
    summary: "Get as whom the caller is known",
    params: z.object({}),
    result: z.object({ username: z.string(), source: z.string(), created_on: z.number() }),
    http: { verb: "GET", path: "/access/user" },
  }),
  "access.users.list": method({
    ...read,
    summary: "List users that can log in",
    params: z.object({}),
    result: z.object({
      users: z.array(
        z.object({ username: z.string(), source: z.string(), created_on: z.number() }),
      ),
    }),
    http: { verb: "GET", path: "/access/users/list" },
  }),
  "access.get_api_key": method({
    ...read,
    scope: "admin",
    summary: "Always refused: keys are stored as hashes, so a key can only be made, not read",
    params: z.object({}),
    result: z.string(),
    http: { verb: "GET", path: "/access/api_key" },
  }),
};
