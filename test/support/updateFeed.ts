import { createHash, generateKeyPairSync } from "node:crypto";
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import * as z from "zod";
import { signDescription } from "../../build/signUpdate.ts";

/** A pair of keys as PEM texts: what a project signs with, and what its packages check with. */
export function newKeys(): { readonly privateKey: string; readonly publicKey: string } {
  return generateKeyPairSync("ed25519", {
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
}

export interface OfferedUpdate {
  readonly version: string;
  readonly file: string;
  readonly content: string;
  /** What the description says of the content; absent = the truth. */
  readonly sha512?: string;
  readonly stagingPercentage?: number;
}

/** The SHA-512 that release descriptions carry. */
export function sha512Of(content: string): string {
  return createHash("sha512").update(content).digest("base64");
}

/** A `latest-linux.yml` as electron-builder writes it, without a signature. */
export function describeUpdate(update: OfferedUpdate): string {
  const { version, file, content, sha512 = sha512Of(content), stagingPercentage } = update;
  return [
    `version: ${version}`,
    "files:",
    `  - url: ${file}`,
    `    sha512: ${sha512}`,
    `    size: ${Buffer.byteLength(content)}`,
    `path: ${file}`,
    `sha512: ${sha512}`,
    "releaseDate: '2026-01-05T10:00:00.000Z'",
    ...(stagingPercentage === undefined ? [] : [`stagingPercentage: ${stagingPercentage}`]),
    "",
  ].join("\n");
}

/** A release page on this computer. */
export class UpdateFeed {
  readonly #server: Server;
  readonly #files = new Map<string, string>();
  /** Paths that were asked for, oldest first. */
  readonly asked: string[] = [];

  private constructor() {
    this.#server = createServer((request, response) => {
      const path = new URL(request.url ?? "/", "http://feed").pathname;
      this.asked.push(path);
      const file = this.#files.get(path);
      response.writeHead(file === undefined ? 404 : 200).end(file ?? "");
    });
  }

  static async start(): Promise<UpdateFeed> {
    const feed = new UpdateFeed();
    feed.#server.listen(0, "127.0.0.1");
    await once(feed.#server, "listening");
    return feed;
  }

  get url(): string {
    const { port } = z.object({ port: z.int() }).parse(this.#server.address());
    return `http://127.0.0.1:${port}/`;
  }

  /** Offers an update; `privateKey` null = nobody signs it. */
  offer(update: OfferedUpdate, privateKey: string | null, channel = "latest"): void {
    const text = describeUpdate(update);
    const description = privateKey === null ? text : signDescription(text, privateKey);
    this.#files.set(`/${channel}-linux.yml`, description);
    this.#files.set(`/${update.file}`, update.content);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}
