import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { normalise, RIG_GCODE, type HttpCase } from "./recordedCases.ts";

/** An HTTP answer, made comparable. */
export interface Seen {
  readonly status: number;
  readonly body: unknown;
  readonly etag: boolean;
}

/** What Moonraker answered. */
export function recordedAnswer({ response }: HttpCase): Seen {
  if (response.raw !== undefined) return parseRaw(response.raw);
  return {
    status: response.status ?? 0,
    body: normalise(parse(response.body ?? "")),
    etag:
      response.status !== 304 &&
      response.headers?.some(([key]) => key.toLowerCase() === "etag") === true,
  };
}

/** Sends a recorded request to an endpoint of ours; `translate` puts our job ids in the place of recorded ones. */
export function sendCase(
  endpoint: string,
  { request }: HttpCase,
  translate: (text: string) => string,
  /** Is told the body of the answer as it came. */
  onBody: (text: string) => void = () => {},
): Promise<Seen> {
  if (request.raw !== undefined) return sendRaw(endpoint, request.raw);
  if (request.files !== undefined) return sendForm(endpoint, request.fields ?? [], request.files);
  if (request.target === undefined) return sendBody(endpoint, request.body ?? "");
  const target = translate(request.target).replace(/^\//, "");
  // Not fetch: it adds headers of its own, and the cases are about their absence.
  return new Promise((resolve, reject) => {
    const body = translate(request.body ?? "");
    const out = httpRequest(
      endpoint + target,
      {
        method: request.method,
        headers: {
          ...request.headers,
          ...(request.method === "GET" ? {} : { "Content-Length": Buffer.byteLength(body) }),
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          onBody(text);
          resolve({
            status: response.statusCode ?? 0,
            body: normalise(parse(text)),
            etag: response.statusCode !== 304 && response.headers.etag !== undefined,
          });
        });
      },
    );
    out.on("error", reject);
    out.end(body);
  });
}

/** A recorded form as it was, boundary and all. */
async function sendBody(endpoint: string, body: string): Promise<Seen> {
  const response = await fetch(`${endpoint}server/files/upload`, {
    method: "POST",
    headers: {
      "Content-Type": `multipart/form-data; boundary=${body.slice(2, body.indexOf("\r"))}`,
    },
    body,
  });
  const text = await response.text();
  return { status: response.status, body: normalise(parse(text)), etag: false };
}

/** An upload's form, each file of the recorded length. */
async function sendForm(
  endpoint: string,
  fields: readonly (readonly [string, string])[],
  files: readonly (readonly [string, string, number])[],
): Promise<Seen> {
  const form = new FormData();
  for (const [name, value] of fields) form.append(name, value);
  for (const [name, filename, size] of files) {
    form.append(name, new Blob([RIG_GCODE.slice(0, size)]), filename);
  }
  const response = await fetch(`${endpoint}server/files/upload`, { method: "POST", body: form });
  return {
    status: response.status,
    body: normalise(parse(await response.text())),
    etag: response.headers.has("etag"),
  };
}

/** Sends bytes as they were recorded and takes the first answer apart. */
async function sendRaw(endpoint: string, raw: string): Promise<Seen> {
  const { port, pathname } = new URL(endpoint);
  const socket = connect(Number(port), "127.0.0.1");
  const closed = once(socket, "close");
  let text = "";
  socket.on("data", (chunk: Buffer) => (text += chunk.toString("utf8")));
  socket.on("error", () => {});
  socket.end(raw.replaceAll(" /server/", ` ${pathname}server/`));
  await closed;
  return parseRaw(text);
}

function parseRaw(text: string): Seen {
  const [head = "", body = ""] = text.split("\r\n\r\n");
  return {
    status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 0),
    body: normalise(parse(body.replace(/HTTP\/1\.1[^]*$/, ""))),
    etag: /^etag:/im.test(head),
  };
}

/** JSON where it is some, else the text. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
