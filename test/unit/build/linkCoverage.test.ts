import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const FOLDER = "test/integration";

/** Run behind a Moonraker and behind Klipper's own socket alike. */
const BOTH = [
  "farmFeed",
  "faults/crowd",
  "faults/dispatch",
  "faults/fullDisk",
  "faults/link",
  "faults/print",
  "faults/safety",
  "faults/start",
  "killMatrix",
  "leaseHandover",
  "link/junk",
  "link/prestaging",
  "link/staging",
  "moonrakerClient",
  "movedPrinter",
  "offlinePrinter",
  "oneMaster",
  "printStart",
  "printerMemory",
  "queueEdits",
  "queueEndToEnd",
  "soak",
];

/** Where a test that has its stage in a file of its own reaches its printers. */
const STAGES: Readonly<Record<string, string>> = { soak: "test/support/soak/soakStage.ts" };

/** What has no meaning behind the other link, or is shown there by a file of its own. */
const ONE: Readonly<Record<string, string>> = {
  clientReplays: "its twin for a bare Klipper, with what is otherwise there, is klipperClients",
  "faults/klipperSocket": "what a Moonraker's history tells and a bare Klipper cannot",
  foreignQueue: "a queue of its own is the Moonraker's; a bare Klipper has none",
  klipperBridge: "Klipper's own socket lent to a client; a Moonraker's bridge is its own affair",
  klipperClients: "the twin of clientReplays",
  "link/klipperLink": "Klipper's socket itself; what both promise is the conformance suite",
  "link/klipperProbe": "the test of a Klipper socket",
  "link/moonrakerLink": "Moonraker's websocket itself; what both promise is the conformance suite",
  otherRoots: "roots besides gcodes are the Moonraker's; a bare Klipper has no upload",
  powerOn: "power devices are the Moonraker's",
  printerFolder: "files are moved and copied by the Moonraker; a bare Klipper cannot",
};

/** What they test ends at the host's own API, in front of any link. */
const IN_FRONT = [
  "badInput",
  "climbingPaths",
  "commandLine",
  "hostileClients",
  "library/libraryOnSqlite",
  "ownPort",
  "serve",
  "stopping",
];

/** Whether a test file runs through both kinds of links, by a shared table or by one of its own. */
function runsBehindBoth(name: string): boolean {
  const text = readFileSync(STAGES[name] ?? join(FOLDER, `${name}.test.ts`), "utf8");
  if (/\b(?:LINK_KINDS|FAULT_LINKS)\b/.test(text)) return true;
  return /"moonraker"/i.test(text) && /"klipper"|"Klipper's own socket"/.test(text);
}

describe("the links behind which the integration tests run", () => {
  it("are told here for every file, and for no other", () => {
    const present = readdirSync(FOLDER, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".test.ts"))
      .map((path) => path.replaceAll("\\", "/").replace(/\.test\.ts$/, ""));
    const listed = [...BOTH, ...Object.keys(ONE), ...IN_FRONT];
    expect(listed.toSorted()).toEqual(present.toSorted());
  });

  it.each(BOTH)("are both in %s", (name) => {
    expect(runsBehindBoth(name)).toBe(true);
  });

  it.each([...Object.keys(ONE), ...IN_FRONT])("are not both in %s", (name) => {
    expect(runsBehindBoth(name)).toBe(false);
  });
});
