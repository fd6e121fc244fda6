import { once } from "node:events";
import { connect } from "node:net";
import { request as httpRequest } from "node:http";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ENDPOINTS, openCaseStage, type CaseStage } from "../support/caseStage.ts";
import { HTTP_DIFFERENCES } from "../support/caseDifferences.ts";
import {
  compatibilityRows,
  httpCases,
  normalise,
  RecordedIds,
  RIG_GCODE,
  type HttpCase,
} from "../support/recordedCases.ts";

interface Seen {
  readonly status: number;
  readonly body: unknown;
  readonly etag: boolean;
}

const rows = compatibilityRows();

describe.each(ENDPOINTS)("HTTP as recorded from Moonraker, on %s", (name) => {
  let stage: CaseStage;
  beforeAll(async () => {
    stage = await openCaseStage(name);
  });
  afterAll(() => stage.close());
  const ids = new RecordedIds();

  for (const recorded of httpCases()) {
    const difference = HTTP_DIFFERENCES[recorded.case];
    const suffix = difference === undefined ? "" : ` [${difference.row}]`;
    it(`${recorded.case}${suffix}`, async () => {
      const { jobs } = await stage.prepare(recorded.before?.queue ?? []);
      ids.learn(parse(recorded.response.body ?? ""));
      const seen = await send(stage.endpoint, recorded, (text) => ids.translate(text, jobs));
      if (difference === undefined) {
        expect(seen).toEqual(expected(recorded));
        return;
      }
      expect(rows).toContain(difference.row);
      expect(seen, "this is no difference any more").not.toEqual(expected(recorded));
      expect(seen).toMatchObject(difference.ours);
    });
  }
});

describe("these cases", () => {
  it("tell a server that always answers an empty, paused queue from a real one", () => {
    const stub: Seen = {
      status: 200,
      body: { result: { queued_jobs: [], queue_state: "paused" } },
      etag: false,
    };
    const told = httpCases().filter(
      (recorded) =>
        recorded.request.target?.includes("job_queue") === true &&
        !isDeepStrictEqual({ ...expected(recorded), etag: false }, stub),
    );
    expect(told.length).toBeGreaterThanOrEqual(15);
  });
});

function expected({ response }: HttpCase): Seen {
  if (response.raw !== undefined) return parseRaw(response.raw);
  return {
    status: response.status ?? 0,
    body: normalise(parse(response.body ?? "")),
    etag:
      response.status !== 304 &&
      response.headers?.some(([key]) => key.toLowerCase() === "etag") === true,
  };
}

function send(
  endpoint: string,
  { request }: HttpCase,
  translate: (text: string) => string,
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

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
