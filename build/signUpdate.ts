import { createPrivateKey, generateKeyPairSync, sign } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { SignedUpdate, signedText } from "../electron/main/updateSignature.ts";

/**
 * `npx node build/signUpdate.ts --key KEY latest-linux.yml ...` signs the descriptions of a release in place.
 * `npx node build/signUpdate.ts --new-key KEY` makes a key: the private one goes to KEY, which must be kept
 * off the release page; the public one to build/update-key.pem, which goes into every package.
 */
export function signDescription(text: string, privateKey: string): string {
  const bytes = Buffer.from(signedText(readDescription(text)));
  const signature = sign(null, bytes, createPrivateKey(privateKey)).toString("base64");
  const unsigned = text.replace(/^nextplateSignature: .*\n?/m, "").replace(/\n*$/, "\n");
  return `${unsigned}nextplateSignature: ${signature}\n`;
}

/** Reads of a `latest*.yml`, as electron-builder writes it, what is signed. */
export function readDescription(text: string): SignedUpdate {
  const plain = (value: string | undefined): string =>
    (value ?? "").replace(/^(['"])(.*)\1$/, "$2");
  const files = [...text.matchAll(/^ {2}- url: (.+)\n {4}sha512: (.+)$/gm)];
  return SignedUpdate.parse({
    version: plain(/^version: (.+)$/m.exec(text)?.[1]),
    files: files.map(([, url, sha512]) => ({ url: plain(url), sha512: plain(sha512) })),
  });
}

function run(argv: readonly string[]): void {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: { key: { type: "string" }, "new-key": { type: "string" } },
    allowPositionals: true,
  });
  const made = values["new-key"];
  if (made !== undefined) {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    const secret = privateKey.export({ type: "pkcs8", format: "pem" });
    writeFileSync(made, secret, { mode: 0o600, flag: "wx" });
    const known = publicKey.export({ type: "spki", format: "pem" });
    writeFileSync(new URL("update-key.pem", import.meta.url), known, { flag: "wx" });
    return;
  }
  if (values.key === undefined || positionals.length === 0) {
    throw new Error("Name the key and the files to sign: --key KEY latest-linux.yml ...");
  }
  const key = readFileSync(values.key, "utf8");
  for (const file of positionals) {
    writeFileSync(file, signDescription(readFileSync(file, "utf8"), key));
  }
}

if (import.meta.main) run(process.argv.slice(2));
