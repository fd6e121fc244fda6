import * as z from "zod";
import { method, Scope } from "./method.ts";
import { optionalString, string } from "./moonrakerArgs.ts";

const read = { target: "host", scope: "read", mutates: false } as const;
const change = { target: "host", scope: "read", mutates: true } as const;
const admin = { target: "host", scope: "admin", mutates: true } as const;

const User = z.object({ username: z.string(), source: z.string(), created_on: z.number() });
const Tokens = z.object({
  username: z.string(),
  /** Good for an hour. */
  token: z.string(),
  source: z.string(),
  /** Gets another for ninety days. */
  refresh_token: z.string(),
  action: z.string(),
});
const Done = z.object({ username: z.string(), action: z.string() });
const source = optionalString("source", "moonraker");

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
  "access.login": method({
    ...change,
    summary:
      "Log in with a name and a password; on a websocket this connection is that user's then",
    params: z.object({ username: string("username"), password: string("password"), source }),
    result: Tokens,
    http: { verb: "POST", path: "/access/login" },
  }),
  "access.refresh_jwt": method({
    ...change,
    mutates: false,
    summary: "Get a new access token for a refresh token",
    params: z.object({ refresh_token: string("refresh_token") }),
    result: Tokens.omit({ refresh_token: true }),
    http: { verb: "POST", path: "/access/refresh_jwt" },
  }),
  "access.logout": method({
    ...change,
    summary: "Make every token of the caller worthless, and dismiss the user's connections",
    params: z.object({}),
    result: Done,
    http: { verb: "POST", path: "/access/logout" },
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
    result: User,
    http: { verb: "GET", path: "/access/user" },
  }),
  "access.post_user": method({
    ...admin,
    summary: "Add a user who can log in",
    params: z.object({
      username: string("username"),
      password: string("password"),
      scope: Scope.default("admin").describe("what the user may do; ours"),
    }),
    result: Tokens,
    http: { verb: "POST", path: "/access/user" },
  }),
  "access.delete_user": method({
    ...admin,
    summary: "Delete a user; their tokens and connections are worthless at once",
    params: z.object({ username: string("username") }),
    result: Done,
    http: { verb: "DELETE", path: "/access/user" },
  }),
  "access.users.list": method({
    ...read,
    summary: "List users that can log in",
    params: z.object({}),
    result: z.object({ users: z.array(User.extend({ scope: Scope })) }),
    http: { verb: "GET", path: "/access/users/list" },
  }),
  "access.user.password": method({
    ...change,
    summary: "Change the caller's own password; tokens handed out before are worthless then",
    params: z.object({
      password: string("password"),
      new_password: string("new_password"),
    }),
    result: Done,
    http: { verb: "POST", path: "/access/user/password" },
  }),
  "access.get_api_key": method({
    ...read,
    scope: "admin",
    summary:
      "Refused: keys are stored as hashes, so a key can only be made, not read. On this computer, which needs none, the answer is a word that opens nothing",
    params: z.object({}),
    result: z.string(),
    http: { verb: "GET", path: "/access/api_key" },
  }),
  "access.post_api_key": method({
    ...admin,
    summary: "Make an API key that may do everything; the one made this way before is revoked",
    params: z.object({}),
    result: z.string(),
    http: { verb: "POST", path: "/access/api_key" },
  }),
};
