import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/** scrypt's cost: 32 MiB and about a tenth of a second, once per login. */
const COST = { N: 32_768, r: 8, p: 1 };
const MOST_MEMORY = 128 * 1024 * 1024;
const LENGTH = 32;

/** `scrypt$N$r$p$salt$hash`, salt and hash in base64url: a later cost leaves former hashes readable. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, COST);
  const { N, r, p } = COST;
  return ["scrypt", N, r, p, salt.toString("base64url"), hash.toString("base64url")].join("$");
}

/** Whether the password is the one hashed; false also for a hash that cannot be read. */
export async function isPassword(password: string, stored: string): Promise<boolean> {
  const match = /^scrypt\$(\d+)\$(\d+)\$(\d+)\$([\w-]+)\$([\w-]+)$/.exec(stored);
  if (match === null) return false;
  const [, N, r, p, salt = "", hash = ""] = match;
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  const expected = Buffer.from(hash, "base64url");
  const given = await derive(password, Buffer.from(salt, "base64url"), cost);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function derive(password: string, salt: Buffer, cost: typeof COST): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // One spelling of a password typed with accents, whatever the keyboard composes.
    scrypt(
      password.normalize("NFC"),
      salt,
      LENGTH,
      { ...cost, maxmem: MOST_MEMORY },
      (error, key) => {
        if (error === null) resolve(key);
        else reject(error);
      },
    );
  });
}
