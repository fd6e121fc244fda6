import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from "node:crypto";
import * as z from "zod";

/** Seconds, as on Moonraker: an hour of calls, and ninety days in which a new hour can be had. */
const LIFETIME = { access: 3600, refresh: 90 * 24 * 3600 } as const;
export type TokenType = keyof typeof LIFETIME;

const Header = z.object({ alg: z.literal("EdDSA"), typ: z.literal("JWT") });
const Claims = z.object({
  aud: z.literal("Moonraker"),
  /** Unix seconds. */
  exp: z.number(),
  username: z.string(),
  token_type: z.enum(["access", "refresh"]),
});
type Claims = z.output<typeof Claims>;

/** A new key to sign one user's tokens with, as it is stored; every token signed by the former is void. */
export function newSigningKey(): string {
  const { privateKey } = generateKeyPairSync("ed25519");
  return privateKey.export({ format: "der", type: "pkcs8" }).toString("base64");
}

/** A JSON web token with the claims Moonraker makes; clients read its expiry. `now`: wall milliseconds. */
export function signToken(
  signingKey: string,
  username: string,
  type: TokenType,
  issuer: string,
  now: number,
): string {
  const key = privateKeyOf(signingKey);
  const kid = createHash("sha256").update(signingKey).digest("base64url").slice(0, 32);
  const issued = Math.floor(now / 1000);
  const claims = {
    iss: issuer,
    aud: "Moonraker",
    iat: issued,
    exp: issued + LIFETIME[type],
    username,
    token_type: type,
  };
  const text = `${encoded({ kid, alg: "EdDSA", typ: "JWT" })}.${encoded(claims)}`;
  return `${text}.${sign(null, Buffer.from(text), key).toString("base64url")}`;
}

/**
 * Whose token this is, undefined when it is none of ours, of another kind, or out of date. `keyOf` gives a
 * user's present signing key; a user without one has logged out everywhere.
 */
export function readToken(
  token: string,
  type: TokenType,
  keyOf: (username: string) => string | undefined,
  now: number,
): string | undefined {
  const [header = "", body = "", signature = "", ...rest] = token.split(".");
  if (rest.length > 0 || signature === "") return undefined;
  const claims = claimsOf(header, body);
  if (claims === undefined || claims.token_type !== type || claims.exp * 1000 <= now) {
    return undefined;
  }
  const signingKey = keyOf(claims.username);
  if (signingKey === undefined) return undefined;
  const isGenuine = verify(
    null,
    Buffer.from(`${header}.${body}`),
    createPublicKey(privateKeyOf(signingKey)),
    Buffer.from(signature, "base64url"),
  );
  return isGenuine ? claims.username : undefined;
}

function claimsOf(header: string, body: string): Claims | undefined {
  try {
    // The algorithm is ours to say: a token that names another one is not looked at.
    if (!Header.safeParse(decoded(header)).success) return undefined;
    return Claims.safeParse(decoded(body)).data;
  } catch {
    return undefined;
  }
}

function privateKeyOf(signingKey: string): KeyObject {
  return createPrivateKey({
    key: Buffer.from(signingKey, "base64"),
    format: "der",
    type: "pkcs8",
  });
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function decoded(text: string): unknown {
  return JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
}
