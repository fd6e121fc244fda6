import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import WebSocket from "ws";
import * as z from "zod";
import { systemClock } from "#shared/util/clock.ts";
import { ApiKeys } from "../../electron/host/server/apiKeys.ts";
import { startApiHarness, type ApiHarness } from "../support/apiHarness.ts";
import { AUTH_DIFFERENCES } from "../support/caseDifferences.ts";
import { parse, recordedAnswer, sendCase } from "../support/httpReplay.ts";
import {
  compatibilityRows,
  httpAuthCases,
  normalise,
  rpcAuthCases,
  type HttpCase,
} from "../support/recordedCases.ts";

/** The key of the recording rig. */
const RECORDED_KEY = "99282167485445c4bf3a2785326ee0e0";
const Tokens = z.object({
  result: z.object({ token: z.string(), refresh_token: z.string().optional() }),
});

/** As other computers find it: nobody is trusted for where they call from. */
let api: ApiHarness;
let endpoint: string;
/** What of the recording is called otherwise here: keys and tokens. */
let ours: Map<string, string>;

async function open(): Promise<void> {
  api = await startApiHarness({ trustLoopback: false });
  endpoint = `${api.url}printers/${(await api.addPrinter("ada")).id}/`;
  const { key } = await new ApiKeys(api.settings, systemClock).create("rig", "admin");
  ours = new Map([[RECORDED_KEY, key]]);
}

const inOurTerms = (text: string): string =>
  [...ours].reduce((done, [recorded, known]) => done.replaceAll(recorded, known), text);

async function oneShotToken(): Promise<string> {
  const response = await fetch(`${endpoint}access/oneshot_token`, {
    headers: { "X-Api-Key": ours.get(RECORDED_KEY) ?? "" },
  });
  return z.object({ result: z.string() }).parse(await response.json()).result;
}

describe("HTTP with logins, as recorded from Moonraker", () => {
  beforeAll(open);
  afterAll(() => api.stop());

  /** The case with our credentials in the place of the recorded ones. */
  const translated = ({ request, ...recorded }: HttpCase): HttpCase => ({
    ...recorded,
    request: {
      ...request,
      target: inOurTerms(request.target ?? ""),
      body: inOurTerms(request.body ?? ""),
      headers: Object.fromEntries(
        Object.entries(request.headers ?? {}).map(([name, text]) => [name, inOurTerms(text)]),
      ),
    },
  });

  for (const recorded of httpAuthCases()) {
    const difference = AUTH_DIFFERENCES[recorded.case];
    it(`${recorded.case}${difference === undefined ? "" : ` [${difference.row}]`}`, async () => {
      const token = /[?&]token=(\w+)/.exec(recorded.request.target ?? "")?.[1];
      if (token !== undefined && !ours.has(token)) ours.set(token, await oneShotToken());
      let answer = "";
      const seen = await sendCase(
        endpoint,
        translated(recorded),
        (text) => text,
        (text) => (answer = text),
      );
      const theirs = Tokens.safeParse(parse(recorded.response.body ?? "")).data?.result;
      const mine = Tokens.safeParse(parse(answer)).data?.result;
      if (theirs !== undefined && mine !== undefined) {
        ours.set(theirs.token, mine.token);
        if (theirs.refresh_token !== undefined) {
          ours.set(theirs.refresh_token, mine.refresh_token ?? "");
        }
      }
      const { etag } = seen;
      expect(seen).toEqual(
        difference === undefined ? recordedAnswer(recorded) : { etag, ...difference.ours },
      );
    });
  }
});

describe("where we answer otherwise", () => {
  it.each(Object.entries(AUTH_DIFFERENCES))("%s is explained", (_, difference) => {
    expect(compatibilityRows()).toContain(difference?.row);
  });
});

describe("websockets with logins, as recorded from Moonraker", () => {
  let socket: WebSocket;
  let token: string;
  beforeAll(async () => {
    await open();
    await connect({});
    token = await oneShotToken();
  });
  afterAll(async () => {
    socket.terminate();
    await api.stop();
  });

  async function connect(headers: Record<string, string>, query = ""): Promise<void> {
    socket = new WebSocket(`${endpoint.replace("http", "ws")}websocket${query}`, { headers });
    await once(socket, "open");
  }

  for (const recorded of rpcAuthCases()) {
    const difference = AUTH_DIFFERENCES[recorded.case];
    it(`${recorded.case}${difference === undefined ? "" : ` [${difference.row}]`}`, async () => {
      if (/on the upgrade|reused/.test(recorded.case)) {
        socket.terminate();
        const byKey = recorded.case.includes("api key");
        await connect(
          byKey ? { "X-Api-Key": ours.get(RECORDED_KEY) ?? "" } : {},
          byKey ? "" : `?token=${token}`,
        );
      }
      socket.send(inOurTerms(recorded.request));
      const [data] = await once(socket, "message");
      const seen = normalise(parse(z.instanceof(Buffer).parse(data).toString("utf8")));
      expect(seen).toEqual(difference?.ours ?? normalise(recorded.response));
    });
  }
});
