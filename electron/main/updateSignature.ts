import { createPublicKey, verify } from "node:crypto";
import * as z from "zod";

/** What of `latest*.yml` is signed. Unknown fields are electron-updater's business. */
export const SignedUpdate = z.object({
  version: z.string().min(1),
  files: z.array(z.object({ url: z.string().min(1), sha512: z.string().min(1) })).min(1),
});
export type SignedUpdate = z.output<typeof SignedUpdate>;

const Signature = z.object({ nextplateSignature: z.string() });

/** The text the project signs: one line per fact, so that nothing can slide from one field into another. */
export function signedText({ version, files }: SignedUpdate): string {
  const lines = files.map(({ url, sha512 }) => JSON.stringify([url, sha512])).sort();
  return ["nextplate update", JSON.stringify(version), ...lines, ""].join("\n");
}

/**
 * Whether the project itself released this: an Ed25519 signature over version, file names and SHA-512 of an
 * update's description, by the key a package was built with. electron-updater then holds the downloaded file
 * against that SHA-512. Whoever can only write to the release page can offer nothing.
 */
export function isSignedUpdate(description: unknown, publicKey: string): boolean {
  const update = SignedUpdate.safeParse(description);
  const signature = Signature.safeParse(description);
  if (!update.success || !signature.success) return false;
  try {
    const bytes = Buffer.from(signature.data.nextplateSignature, "base64");
    const key = createPublicKey(publicKey);
    if (key.asymmetricKeyType !== "ed25519") return false;
    return verify(null, Buffer.from(signedText(update.data)), key, bytes);
  } catch {
    return false;
  }
}
