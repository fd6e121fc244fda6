import { once } from "node:events";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import WebSocket from "ws";
import * as z from "zod";
import { RPC_DIFFERENCES, RPC_OFF_DIFFERENCES, splitCases } from "../support/caseDifferences.ts";
import { ENDPOINTS, isOff, openCaseStage, type CaseStage } from "../support/caseStage.ts";
import {
  compatibilityRows,
  normalise,
  RecordedIds,
  rpcCases,
  type RpcCase,
} from "../support/recordedCases.ts";
import { until } from "../support/until.ts";

const Frame = z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]);
type Frame = z.output<typeof Frame>;

/** Milliseconds after the last sight expected in which nothing else may come. */
const SILENCE = 80;

const rows = compatibilityRows();
const ids = new RecordedIds();
const cases = rpcCases().map((recorded) => ({ recorded, translate: ids.learn(recorded.response) }));

describe.each(ENDPOINTS)("JSON-RPC as recorded from Moonraker, on %s", (name) => {
  const { same, different } = splitCases(
    cases,
    isOff(name) ? { ...RPC_DIFFERENCES, ...RPC_OFF_DIFFERENCES[name] } : RPC_DIFFERENCES,
  );
  let stage: CaseStage;
  beforeAll(async () => {
    stage = await openCaseStage(name);
  });
  afterAll(() => stage.close());

  /** Sends a case and waits for as much as is due, and then for what must not come. */
  const replay = async ({ recorded, translate }: (typeof cases)[number], due: Sights) => {
    const client = await Client.open(stage.endpoint);
    try {
      const { jobs, notifications } = await stage.prepare(recorded.before?.queue ?? []);
      await until(() => client.notifications.length >= notifications);
      if (recorded.case === "identify twice") await client.identify();
      client.clear();
      const request = translate(recorded.request, jobs);
      client.send(recorded.case.startsWith("binary") ? Buffer.from(request, "latin1") : request);
      const complete = (): boolean =>
        client.answers.length >= due.answers.length &&
        client.notifications.length >= due.notifications.length;
      // What stays away shows in the comparison, with all that did come.
      await until(complete, 3000).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, SILENCE));
      return normalise({ answers: client.answers, notifications: client.notifications });
    } finally {
      await client.close();
    }
  };

  for (const item of same) {
    it(`${item.recorded.case}`, async () => {
      const recorded = recordedSights(item.recorded);
      expect(await replay(item, recorded)).toEqual(recorded);
    });
  }

  for (const item of different) {
    it(`${item.recorded.case} [${item.difference.row}]`, async () => {
      const seen = await replay(item, Sights.parse(item.difference.ours));
      expect(rows).toContain(item.difference.row);
      expect(seen, "no difference any more").not.toEqual(recordedSights(item.recorded));
      expect(seen).toMatchObject(item.difference.ours);
    });
  }
});

describe("these cases", () => {
  it("tell a server that always answers an empty, paused queue from a real one", () => {
    const stub = { queued_jobs: [], queue_state: "paused" };
    const told = rpcCases().filter(
      (recorded) =>
        recorded.request.includes("job_queue") &&
        !isDeepStrictEqual(normalise(recorded.response), { jsonrpc: "2.0", result: stub, id: 1 }),
    );
    expect(told.length).toBeGreaterThanOrEqual(15);
  });
});

const Sights = z.object({ answers: z.array(z.unknown()), notifications: z.array(z.unknown()) });

type Sights = z.output<typeof Sights>;

/** The rig wrote no answer as an empty list; a batch's answer is one list. */
function recordedSights({ response, notifications }: RpcCase): Sights {
  const silent = Array.isArray(response) && response.length === 0;
  return {
    answers: silent ? [] : [normalise(response)],
    notifications: notifications
      .filter((frame) => frame["method"] !== "notify_proc_stat_update")
      .map((frame) => normalise(frame)),
  };
}

/** A websocket that keeps what it is sent, answers and notifications apart. */
class Client {
  answers: Frame[] = [];
  notifications: Frame[] = [];
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data) => {
      const frame = Frame.parse(JSON.parse(z.instanceof(Buffer).parse(data).toString("utf8")));
      if (Array.isArray(frame) || !("method" in frame)) this.answers.push(frame);
      else if (frame["method"] !== "notify_proc_stat_update") this.notifications.push(frame);
    });
  }

  static async open(endpoint: string): Promise<Client> {
    const socket = new WebSocket(`${endpoint.replace("http", "ws")}websocket`);
    const client = new Client(socket);
    await once(socket, "open");
    return client;
  }

  send(frame: string | Buffer): void {
    this.#socket.send(frame);
  }

  /** As the recording had done before its second try. */
  async identify(): Promise<void> {
    const params = { client_name: "rig", version: "1", type: "DESKTOP", url: "x" };
    this.send(
      JSON.stringify({ jsonrpc: "2.0", method: "server.connection.identify", params, id: 0 }),
    );
    await until(() => this.answers.length > 0);
  }

  clear(): void {
    this.answers = [];
    this.notifications = [];
  }

  async close(): Promise<void> {
    const closed = once(this.#socket, "close");
    this.#socket.close();
    await closed;
  }
}
