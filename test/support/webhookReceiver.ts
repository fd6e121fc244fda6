import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import * as z from "zod";

/** A message as it arrived. */
export interface Arrived {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface WebhookReceiver {
  readonly url: string;
  readonly arrived: Arrived[];
  /** What it answers from now on; 204 at first. */
  answerWith(status: number): void;
  stop(): Promise<void>;
}

const Body = z.object({ type: z.string(), data: z.record(z.string(), z.unknown()) });

/** A program that webhooks are posted to. */
export async function startReceiver(): Promise<WebhookReceiver> {
  const arrived: Arrived[] = [];
  let status = 204;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString("utf8");
      arrived.push({ headers: request.headers, text, ...Body.parse(JSON.parse(text)) });
      response.writeHead(status, { Location: "/elsewhere" }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = z.object({ port: z.int() }).parse(server.address());
  return {
    url: `http://127.0.0.1:${port}/hook`,
    arrived,
    answerWith: (next) => void (status = next),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Checks a message as its receiver would: by the text of the specification, not by our code. */
export function isSigned(secret: string, { headers, text }: Arrived): boolean {
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  const signed = `${String(headers["webhook-id"])}.${String(headers["webhook-timestamp"])}.${text}`;
  const expected = createHmac("sha256", key).update(signed).digest("base64");
  return headers["webhook-signature"] === `v1,${expected}`;
}
