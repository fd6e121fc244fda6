import type { accessMethods } from "#shared/contract/access.ts";
import type { Scope } from "#shared/contract/method.ts";
import { AppError } from "#shared/rpc/errors.ts";
import { API_KEY_USER, type Bearer, TRUSTED_USER } from "../bearer.ts";
import type { Call, HandlersOf } from "../call.ts";
import type { HandlerParts } from "../parts.ts";
import type { LoggedIn } from "../users.ts";

/** Users come from here only; there is no directory service. */
const SOURCE = "moonraker";
/** The key made by `access.post_api_key`: Moonraker has one key, and a new one takes its place. */
const MADE_BY_CALL = "Made through the API";

const NO_KEY_NEEDED = "none-needed-on-this-computer";

/** Logging in, and who may. Callers on this computer are let in without a word. */
export function accessHandlers(parts: HandlerParts): HandlersOf<typeof accessMethods> {
  const { access, audit, clock, keys, oneShotTokens, users } = parts;

  const tell = (
    name: "notify_user_created" | "notify_user_deleted" | "notify_user_logged_out",
    username: string,
  ): void => {
    for (const session of parts.sessions()) {
      if (session.bearer !== null) session.notify(name, [{ username }]);
    }
  };
  /** Connections known by what has just become worthless. */
  const dismiss = (is: (bearer: Bearer) => boolean): void => {
    for (const session of parts.sessions()) {
      if (session.bearer !== null && is(session.bearer)) session.dismiss();
    }
  };
  const dismissUser = (name: string): void =>
    dismiss((bearer) => bearer.kind === "user" && bearer.name === name);
  /** Runs what checks a password: a wrong one is counted, too many are not looked at. */
  const guarded = async <T>(
    call: Call,
    name: string,
    run: (check: () => void) => Promise<T>,
  ): Promise<T> => {
    const { remoteAddress } = call;
    try {
      return await run(() => access.checkGuesses(remoteAddress));
    } catch (error) {
      const isGuess = error instanceof AppError && GUESSES.test(error.message);
      if (isGuess) access.countGuess(remoteAddress, "password", name.slice(0, 60));
      throw error;
    }
  };

  return {
    "access.info": (_, { bearer }) => ({
      default_source: SOURCE,
      available_sources: [SOURCE],
      login_required: bearer === null && users.list().length > 0,
      trusted: bearer !== null,
    }),
    "access.login": async ({ username, password, source }, call) => {
      if (source !== SOURCE) {
        throw new AppError("bad_request", `Invalid source: ${source}. Users come from ${SOURCE}.`);
      }
      const tokens = await guarded(call, username, (check) =>
        users.login(username, password, check),
      );
      call.session?.admit(tokens.bearer);
      audit.note(
        "logged_in",
        { kind: "api", name: username },
        { user: username, address: call.remoteAddress },
      );
      return answered(username, tokens, "user_logged_in");
    },
    "access.refresh_jwt": ({ refresh_token }, { remoteAddress }) => {
      access.checkGuesses(remoteAddress);
      try {
        const { name, token } = users.refresh(refresh_token);
        return { username: name, token, source: SOURCE, action: "user_jwt_refresh" };
      } catch (error) {
        access.countGuess(remoteAddress, "refresh token");
        throw error;
      }
    },
    "access.logout": async (_, call) => {
      const username = requireUser(call);
      await users.logout(username);
      audit.note("logged_out", call.actor, { user: username });
      tell("notify_user_logged_out", username);
      dismissUser(username);
      return { username, action: "user_logged_out" };
    },
    "access.oneshot_token": (_, call) => {
      if (call.bearer === null) throw new AppError("unauthorized", "Unauthorized");
      return oneShotTokens.issue(call.remoteAddress, call.bearer);
    },
    "access.get_user": (_, { bearer }) => {
      const user = bearer?.kind === "user" ? users.find(bearer.name) : undefined;
      return {
        username: user?.name ?? (bearer?.kind === "key" ? API_KEY_USER : TRUSTED_USER),
        source: SOURCE,
        created_on: (user?.created ?? clock.now()) / 1000,
      };
    },
    "access.post_user": async ({ username, password, scope }, call) => {
      const tokens = await users.create(username, password, scope);
      audit.note("user_created", call.actor, { user: username, scope });
      tell("notify_user_created", username);
      return answered(username, tokens, "user_created");
    },
    "access.delete_user": async ({ username }, call) => {
      if (call.bearer?.kind === "user" && call.bearer.name === username) {
        throw new AppError("bad_request", `Cannot delete logged in user ${username}`);
      }
      await users.remove(username);
      audit.note("user_deleted", call.actor, { user: username });
      tell("notify_user_deleted", username);
      dismissUser(username);
      return { username, action: "user_deleted" };
    },
    "access.users.list": () => ({
      users: users.list().map(({ name, scope, created }) => ({
        username: name,
        source: SOURCE,
        created_on: created / 1000,
        scope,
      })),
    }),
    "access.user.password": async ({ password, new_password }, call) => {
      const username = requireUser(call);
      await guarded(call, username, (check) =>
        users.changePassword(username, password, new_password, check),
      );
      audit.note("password_changed", call.actor, { user: username });
      return { username, action: "user_password_reset" };
    },
    "access.get_api_key": (_, { bearer }) => {
      // Obico's companion asks until it gets one. It opens nothing: on this computer no key is looked at.
      if (bearer?.kind === "trusted") return NO_KEY_NEEDED;
      throw new AppError(
        "forbidden",
        "API keys are shown once, when they are made, and kept as hashes only. Make one in Nextplate's settings.",
      );
    },
    "access.post_api_key": async (_, call) => {
      const scope: Scope = "admin";
      const former = keys.list().filter(({ name }) => name === MADE_BY_CALL);
      const { key, stored } = await keys.create(MADE_BY_CALL, scope);
      for (const { id } of former) await keys.revoke(id);
      const revoked = former.map(({ id }) => id);
      audit.note("key_created", call.actor, { key: stored.id, name: stored.name, scope, revoked });
      dismiss((bearer) => bearer.kind === "key" && revoked.includes(bearer.id));
      return key;
    },
  };
}

/** Moonraker's words for a name or password that is wrong. */
const GUESSES = /^(Invalid Password|Unregistered User)/;

function requireUser({ bearer }: Call): string {
  if (bearer?.kind === "user") return bearer.name;
  throw new AppError("bad_request", "No user logged in");
}

function answered(username: string, { token, refreshToken }: LoggedIn, action: string) {
  return { username, token, source: SOURCE, refresh_token: refreshToken, action };
}
