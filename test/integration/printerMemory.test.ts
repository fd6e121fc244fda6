import { afterEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { ApiClient, waitFor } from "../support/apiClient.ts";
import { LINK_KINDS } from "../support/linkKinds.ts";
import { Rig } from "../support/rig.ts";

const Console = z.object({ gcode_store: z.array(z.looseObject({ message: z.string() })) });
const Temperatures = z.record(
  z.string(),
  z.looseObject({ temperatures: z.array(z.number().nullable()) }),
);

let rig: Rig;

afterEach(() => rig.stop());

/** What a front end shows of the printer's past: its console, and how warm the nozzle was. */
async function shown(): Promise<{ lines: string[]; warmth: (number | null)[] }> {
  const client = await ApiClient.connect(rig.farm.endpoint(rig.id));
  const { gcode_store: store } = await client.ask(Console, "server.gcode_store", { count: 1000 });
  const temperatures = await client.ask(Temperatures, "server.temperature_store", {});
  await client.close();
  return {
    lines: store.map(({ message }) => message),
    warmth: temperatures["extruder"]?.temperatures ?? [],
  };
}

describe.each(LINK_KINDS)("what front ends keep with us for a printer behind $name", ({ by }) => {
  it("is there after a restart of the host, whether the printer is or not", async () => {
    rig = await Rig.start(by);
    const item = { namespace: "mainsail", key: "view.columns", value: { left: [1, "two", null] } };
    const at = `${rig.farm.endpoint(rig.id)}server/database/item`;
    const stored = await fetch(at, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(item),
    });
    expect(stored.status).toBe(200);
    await rig.printer.faults.hostOff();
    await rig.restartHost();
    const client = await ApiClient.connect(`${rig.farm.endpoint(rig.id)}queue/`);
    const { namespace, key } = item;
    expect(await client.call("server.database.get_item", { namespace, key })).toEqual(item);
    await client.close();
  });
});

describe.each(LINK_KINDS)("console and temperatures of a printer behind $name", ({ by }) => {
  it("are there after a restart of the host, also while the printer is away, and go on when it is back", async () => {
    rig = await Rig.start(by);
    const client = await ApiClient.connect(rig.farm.endpoint(rig.id));
    await client.call("printer.gcode.script", { script: "M118 before the restart" });
    // The host's sign of life comes every five seconds: by then it has measured more than once.
    await waitFor("some seconds", () =>
      client.notifications.some(({ method }) => method === "notify_proc_stat_update"),
    );
    await client.close();
    await rig.printer.faults.hostOff();
    await rig.farm.until(rig.id, "away", (view) => view.link.state === "unreachable");
    const before = await waitFor("the end of what was measured", async () => {
      const seen = await shown();
      return seen.warmth.length > 1 && seen.warmth.at(-1) === null && seen;
    });
    expect(before.warmth.some((value) => value !== null)).toBe(true);
    expect(before.lines).toEqual(expect.arrayContaining(["M118 before the restart"]));

    await rig.restartHost();
    const after = await shown();
    expect(after.lines).toEqual(before.lines);
    const known = before.warmth.filter((value) => value !== null);
    expect(after.warmth.filter((value) => value !== null)).toEqual(known);
    // Nobody measured while it was away.
    expect(after.warmth.at(-1)).toBeNull();

    await rig.printer.faults.hostOn();
    await rig.farm.until(rig.id, "back", (view) => view.activity === "idle");
    await waitFor("the present", async () => typeof (await shown()).warmth.at(-1) === "number");
  });
});
