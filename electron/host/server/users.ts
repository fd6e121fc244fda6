import { Scope } from "#shared/contract/method.ts";
import { AppError } from "#shared/rpc/errors.ts";
import type { Clock } from "#shared/util/clock.ts";
import { Sequencer } from "#shared/util/sequencer.ts";
import * as z from "zod";
import type { SettingsStore } from "../store/settingsStore.ts";
import { API_KEY_USER, type Bearer, TRUSTED_USER } from "./bearer.ts";
import { hashPassword, isPassword } from "./passwords.ts";
import { newSigningKey, readToken, signToken } from "./userTokens.ts";

/** Settings key of the list. */
export const USERS_SETTING = "users";
const MOST_USERS = 100;
const SHORTEST_PASSWORD = 8;
const LONGEST = 200;
const ISSUER = "nextplate";
const RESERVED: ReadonlySet<string> = new Set([TRUSTED_USER, API_KEY_USER]);

const StoredUser = z.object({
  name: z.string(),
  scope: Scope,
  /** As `hashPassword` makes it. */
  password: z.string(),
  /** Signs this user's tokens; null = logged out everywhere. */
  signingKey: z.string().nullable(),
  /** Wall milliseconds. */
  created: z.number(),
});
export type StoredUser = z.output<typeof StoredUser>;

export interface LoggedIn {
  readonly bearer: Bearer;
  /** Good for an hour. */
  readonly token: string;
  /** Gets new ones for ninety days. */
  readonly refreshToken: string;
}

/** People who log in with a name and a password, in the words and with the tokens of Moonraker. */
export class Users {
  readonly #settings: SettingsStore;
  readonly #clock: Clock;
  /** One at a time: each login takes 32 MiB and a moment of a core. */
  readonly #edits = new Sequencer();

  constructor(settings: SettingsStore, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  /** Oldest first. Entries that do not parse let nobody in and are left out. */
  list(): readonly StoredUser[] {
    const stored = z.array(z.unknown()).safeParse(this.#settings.get(USERS_SETTING));
    if (!stored.success) return [];
    return stored.data.flatMap((entry) => {
      const parsed = StoredUser.safeParse(entry);
      return parsed.success ? [parsed.data] : [];
    });
  }

  find(name: string): StoredUser | undefined {
    return this.list().find((user) => user.name === name);
  }

  /** Whose access token this is; undefined for what is none, or out of date. */
  bearerOf(token: string): Bearer | undefined {
    const name = this.#read(token, "access");
    const user = name === undefined ? undefined : this.find(name);
    return user === undefined ? undefined : bearerFor(user);
  }

  /** Adds a user, and logs them in. Rejects with `bad_request`. */
  create(name: string, password: string, scope: Scope): Promise<LoggedIn> {
    return this.#edits.run(async () => {
      const users = this.list();
      checkName(name);
      checkPassword(password);
      if (users.some((user) => user.name === name)) {
        throw new AppError("bad_request", `User ${name} already exists`);
      }
      if (users.length >= MOST_USERS) {
        throw new AppError(
          "bad_request",
          `There are ${MOST_USERS} users already: delete one first.`,
        );
      }
      const user: StoredUser = {
        name,
        scope,
        password: await hashPassword(password),
        signingKey: newSigningKey(),
        created: this.#clock.now(),
      };
      await this.#settings.set(USERS_SETTING, [...users, user]);
      return this.#tokensFor(user);
    });
  }

  /**
   * Rejects with `bad_request` in Moonraker's words. `check` runs first, when all earlier logins are
   * decided: guesses sent all at once must not get past a limit on them.
   */
  login(name: string, password: string, check: () => void): Promise<LoggedIn> {
    return this.#edits.run(async () => {
      check();
      const user = this.#known(name, `Unregistered User: ${name}`);
      await requirePassword(user, password);
      const ready = { ...user, signingKey: user.signingKey ?? newSigningKey() };
      if (user.signingKey === null) await this.#replace(ready);
      return this.#tokensFor(ready);
    });
  }

  /** A new access token. Throws `unauthorized`. */
  refresh(refreshToken: string): { readonly name: string; readonly token: string } {
    const name = this.#read(refreshToken, "refresh");
    const user = name === undefined ? undefined : this.find(name);
    if (user === undefined) throw new AppError("unauthorized", "Invalid Refresh Token");
    return { name: user.name, token: this.#tokensFor(user).token };
  }

  /** Voids every token of the user. */
  logout(name: string): Promise<void> {
    return this.#edits.run(async () => {
      const user = this.find(name);
      if (user !== undefined) await this.#replace({ ...user, signingKey: null });
    });
  }

  /** Voids the tokens handed out so far, since the old password may be the reason. */
  changePassword(name: string, old: string, next: string, check: () => void): Promise<void> {
    return this.#edits.run(async () => {
      check();
      const user = this.#known(name, "No Current User");
      await requirePassword(user, old);
      checkPassword(next);
      await this.#replace({ ...user, password: await hashPassword(next), signingKey: null });
    });
  }

  remove(name: string): Promise<void> {
    return this.#edits.run(async () => {
      const { name: removed } = this.#known(name, `No registered user: ${name}`);
      const left = this.list().filter((user) => user.name !== removed);
      await this.#settings.set(USERS_SETTING, left);
    });
  }

  #known(name: string, otherwise: string): StoredUser {
    if (RESERVED.has(name)) throw new AppError("bad_request", `Invalid Request for user ${name}`);
    const user = this.find(name);
    if (user === undefined) throw new AppError("bad_request", otherwise);
    return user;
  }

  async #replace(changed: StoredUser): Promise<void> {
    const users = this.list().map((user) => (user.name === changed.name ? changed : user));
    await this.#settings.set(USERS_SETTING, users);
  }

  #read(token: string, type: "access" | "refresh"): string | undefined {
    const keyOf = (name: string): string | undefined => this.find(name)?.signingKey ?? undefined;
    return readToken(token, type, keyOf, this.#clock.now());
  }

  #tokensFor(user: StoredUser): LoggedIn {
    const { name, signingKey } = user;
    if (signingKey === null) throw new AppError("unauthorized", "Unauthorized");
    const now = this.#clock.now();
    return {
      bearer: bearerFor(user),
      token: signToken(signingKey, name, "access", ISSUER, now),
      refreshToken: signToken(signingKey, name, "refresh", ISSUER, now),
    };
  }
}

function bearerFor({ name, scope }: StoredUser): Bearer {
  return { kind: "user", name, scope };
}

async function requirePassword({ password }: StoredUser, given: string): Promise<void> {
  if (given.length > LONGEST || !(await isPassword(given, password))) {
    throw new AppError("bad_request", "Invalid Password");
  }
}

function checkName(name: string): void {
  if (RESERVED.has(name)) throw new AppError("bad_request", `Invalid Request for user ${name}`);
  // Control characters and line ends would forge lines of logs.
  if (name.trim() !== name || name === "" || name.length > 60 || /\p{C}/u.test(name)) {
    throw new AppError(
      "bad_request",
      "A user name has 1 to 60 characters, without spaces at its ends.",
    );
  }
}

function checkPassword(password: string): void {
  if (password.length >= SHORTEST_PASSWORD && password.length <= LONGEST) return;
  throw new AppError(
    "bad_request",
    `A password has ${SHORTEST_PASSWORD} to ${LONGEST} characters.`,
  );
}
