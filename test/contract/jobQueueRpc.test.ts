import { caseTitle, expectAgreement } from "../support/agreement.ts";
import { once } from "node:events";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import WebSocket from "ws";
import * as z from "zod";
import { RPC_DIFFERENCES } from "../support/caseDifferences.ts";
import { ENDPOINTS, openCaseStage, type CaseStage } from "../support/caseStage.ts";
import { normalise, RecordedIds, rpcCases, type RpcCase } from "../support/recordedCases.ts";
import { until } from "../support/until.ts";

const Frame = z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]);
type Frame = z.output<typeof Frame>;

/** Milliseconds after the last sight expected in which nothing else may come. */
const SILENCE = 80;

describe.each(ENDPOINTS)("JSON-RPC as recorded from Moonraker, on %s", (name) => {
  let stage: CaseStage;
  beforeAll(async () => {
    stage = await openCaseStage(name);
  });
  afterAll(() => stage.close());
  const ids = new RecordedIds();

  for (const recorded of rpcCases()) {
    const difference = RPC_DIFFERENCES[recorded.case];
    it(caseTitle(recorded.case, difference), async () => {
      const client = await Client.open(stage.endpoint);
      try {
        const { jobs, notifications } = await stage.prepare(recorded.before?.queue ?? []);
        await until(() => client.notifications.length >= notifications);
        if (recorded.case === "identify twice") await client.identify();
        client.clear();
        ids.learn(recorded.response);
        const request = ids.translate(recorded.request, jobs);
        client.send(recorded.case.startsWith("binary") ? Buffer.from(request, "latin1") : request);

        const expected = expectedOf(recorded);
        const due = difference === undefined ? expected : Due.parse(difference.ours);
        await until(() => client.answers.length >= due.answers.length, 3000).catch(() => {});
        await until(() => client.notifications.length >= due.notifications.length, 3000).catch(
          () => {},
        );
        await new Promise((resolve) => setTimeout(resolve, SILENCE));
        const seen = { answers: client.answers, notifications: client.notifications };
        expectAgreement(normalise(seen), expected, difference);
      } finally {
        await client.close();
      }
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

const Due = z.object({ answers: z.array(z.unknown()), notifications: z.array(z.unknown()) });

/** The rig wrote no answer as an empty list; a batch's answer is one list. */
function expectedOf({ response, notifications }: RpcCase): z.output<typeof Due> {
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
