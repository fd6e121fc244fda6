import { describe, expect, it } from "vitest";
import { CopyId } from "#shared/domain/ids.ts";
import { ReceivedLists } from "../../../electron/host/server/receivedLists.ts";

let next = 0;
const list = (names: string) =>
  names.split("").map((filename) => ({
    filename,
    id: CopyId.parse((++next).toString(16).toUpperCase().padStart(16, "0")),
  }));
const idsOf = (copies: readonly { id: CopyId }[]) => copies.map((copy) => copy.id);

describe("the list a reset was made from", () => {
  it("is none where none was sent", () => {
    expect(new ReceivedLists().baseOf(["a"], 0)).toBeNull();
  });

  it("is the older one when a job was loaded between reading and posting", () => {
    const lists = new ReceivedLists();
    const read = list("xyz");
    lists.remember(read, 0);
    lists.remember(read.slice(1), 1000);
    expect(lists.baseOf(["z", "x", "y"], 1500)).toEqual(idsOf(read));
  });

  it("is the older one when somebody added a job meanwhile", () => {
    const lists = new ReceivedLists();
    const read = list("xyz");
    lists.remember(read, 0);
    lists.remember([...read, ...list("w")], 1000);
    expect(lists.baseOf(["z", "y", "x"], 1500)).toEqual(idsOf(read));
  });

  it("is the newest when an empty list came before it", () => {
    const lists = new ReceivedLists();
    const full = list("abac");
    lists.remember([], 0);
    lists.remember(full, 100);
    expect(lists.baseOf(["a"], 200)).toEqual(idsOf(full));
  });

  it("is never one superseded for five seconds, but the last one however old", () => {
    const lists = new ReceivedLists();
    const old = list("xyz");
    const newer = list("yz");
    lists.remember(old, 0);
    lists.remember(newer, 1000);
    expect(lists.baseOf(["z", "x", "y"], 6100)).toEqual(idsOf(newer));
    expect(lists.baseOf(["z", "y"], 9_000_000)).toEqual(idsOf(newer));
  });

  it("is the answer to the client's own change, whatever it saw before", () => {
    const lists = new ReceivedLists();
    const own = list("b");
    lists.remember(list("a"), 0);
    lists.replaceAll(own, 10);
    expect(lists.baseOf(["a"], 20)).toEqual(idsOf(own));
  });
});
