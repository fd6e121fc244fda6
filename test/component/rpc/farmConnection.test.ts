import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ConnectionState, FarmConnection } from "#shared/client/farmConnection.ts";
import { printerFixture } from "../../support/boardFixtures.ts";
import { ScriptedTransport, settled, StillClock } from "../support/scriptedTransport.ts";

const printer = printerFixture("left", "Left");

describe("the connection to the host", () => {
  let clock: StillClock;
  let links: ScriptedTransport[];
  let states: ConnectionState[];
  let connection: FarmConnection;
  let reachable: boolean;
  let revision: number;
  let snapshots: number[];
  let changes: number[];

  const answer = (method: string): unknown => {
    if (method === "server.connection.identify") return { connection_id: 1 };
    if (method === "farm.queue.start") return { nonsense: true };
    return { version: "0.1.0", revision, now: 0, store_notice: null, printers: [printer] };
  };
  const latest = (): ScriptedTransport => {
    const link = links.at(-1);
    if (link === undefined) throw new Error("never connected");
    return link;
  };
  const change = (at: number): void =>
    latest().notify("notify_farm_changed", { revision: at, id: "left", printer });

  beforeEach(async () => {
    clock = new StillClock();
    links = [];
    states = [];
    snapshots = [];
    changes = [];
    reachable = true;
    revision = 7;
    connection = new FarmConnection({
      open: () => {
        if (!reachable) return Promise.reject(new Error("refused"));
        const link = new ScriptedTransport(answer);
        links.push(link);
        return Promise.resolve(link);
      },
      clock,
      random: () => 0,
      version: "0.1.0",
      client: { name: "board", type: "web", url: "" },
    });
    connection.onDidChangeState((state) => states.push(state));
    connection.onDidReceiveSnapshot((snapshot) => snapshots.push(snapshot.revision));
    connection.onDidChangePrinter((changed) => changes.push(changed.revision));
    connection.start();
    await settled();
  });
  afterEach(() => connection.stop());

  it("says who it is, then takes a snapshot", () => {
    expect(latest().methods).toEqual(["server.connection.identify", "farm.snapshot"]);
    expect(snapshots).toEqual([7]);
    expect(states.map((state) => state.kind)).toEqual(["connecting", "connected"]);
  });

  it("follows changes one after the other and leaves out what it has seen", () => {
    change(8);
    change(8);
    change(9);
    expect(changes).toEqual([8, 9]);
  });

  it("takes a new snapshot when a change was missed", async () => {
    revision = 12;
    change(12);
    await settled();
    expect(snapshots).toEqual([7, 12]);
    change(13);
    expect(changes).toEqual([13]);
  });

  it("says at once that the link is lost, tries again for ever, and returns by itself", async () => {
    reachable = false;
    latest().close();
    await settled();
    for (let tries = 0; tries < 30; tries++) await clock.advance(10_000);
    expect(states.at(-1)).toMatchObject({ kind: "lost", since: 0, reason: "refused" });
    reachable = true;
    await clock.advance(10_000);
    expect(states.at(-1)?.kind).toBe("connected");
    expect(snapshots).toEqual([7, 7]);
  });

  it("takes a silent host for a lost one", async () => {
    await clock.advance(14_000);
    latest().notify("notify_proc_stat_update", {});
    await clock.advance(14_000);
    expect(states.at(-1)?.kind).toBe("connected");
    await clock.advance(1_500);
    expect(states.at(-1)?.kind).toBe("lost");
  });

  it("refuses a command without a connection instead of sending it later", async () => {
    reachable = false;
    latest().close();
    await settled();
    const sent = connection.call("farm.queue.pause", { printer: printer.id });
    await expect(sent).rejects.toThrow("Not sent");
  });

  it("does not pass on an answer that the contract does not know", async () => {
    const sent = connection.call("farm.queue.start", { printer: printer.id });
    await expect(sent).rejects.toThrow("in a form this page does not know");
  });

  it("leaves out notifications of another form", () => {
    latest().notify("notify_farm_changed", { revision: "eight" });
    change(8);
    expect(changes).toEqual([8]);
  });
});
