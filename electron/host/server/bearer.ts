import type { Scope } from "#shared/contract/method.ts";

/** As whom a caller is known, and what that allows. */
export type Bearer =
  /** A program on this computer that has shown nothing. */
  | { readonly kind: "trusted"; readonly scope: "admin" }
  | {
      readonly kind: "key";
      readonly id: string;
      readonly name: string;
      readonly scope: Scope;
    }
  | { readonly kind: "user"; readonly name: string; readonly scope: Scope };

export const TRUSTED: Bearer = { kind: "trusted", scope: "admin" };

/** The names Moonraker gives to callers that are no user; nobody can register them. */
export const TRUSTED_USER = "_TRUSTED_USER_";
export const API_KEY_USER = "_API_KEY_USER_";
