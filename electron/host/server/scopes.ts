import type { Scope } from "#shared/contract/method.ts";
import { AppError } from "#shared/rpc/errors.ts";
import type { Caller } from "./call.ts";

const RANK: Readonly<Record<Scope, number>> = { read: 0, operate: 1, admin: 2 };

/** Throws `unauthorized` for a caller that has shown no key, `forbidden` for one whose key is not enough. */
export function requireScope({ bearer }: Pick<Caller, "bearer">, needed: Scope): void {
  if (bearer === null) throw new AppError("unauthorized", "Unauthorized");
  const { scope } = bearer;
  if (RANK[scope] >= RANK[needed]) return;
  throw new AppError(
    "forbidden",
    bearer.kind === "user"
      ? `This needs a user who may ${needed}; ${bearer.name} may only ${scope}.`
      : `This needs an API key that may ${needed}; the one used may only ${scope}.`,
  );
}
