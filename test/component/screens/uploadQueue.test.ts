import { flushPromises } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { beforeEach, describe, expect, it } from "vitest";
import { createMessages } from "@/i18n/messages.ts";
import { useUploadQueueStore } from "@/features/library/uploadQueueStore.ts";

describe("files on their way into the library", () => {
  beforeEach(() => setActivePinia(createPinia()));

  /** A task that ends when the test says so, or when it is cancelled. */
  function task(name: string) {
    let end: (error?: Error) => void = () => {};
    const running = { started: false, end: (error?: Error) => end(error) };
    const send = (options: { readonly signal: AbortSignal; onProgress(share: number): void }) =>
      new Promise<void>((resolve, reject) => {
        running.started = true;
        options.onProgress(0.5);
        end = (error) => (error === undefined ? resolve() : reject(error));
        options.signal.addEventListener("abort", () => reject(new Error("cancelled")));
      });
    return { running, task: { file: new File(["G28"], name), send } };
  }

  it("go three at a time, and the next begins as soon as one ends", async () => {
    const store = useUploadQueueStore();
    const tasks = ["a", "b", "c", "d"].map(task);
    for (const { task: next } of tasks) store.add(next);
    expect(tasks.map(({ running }) => running.started)).toEqual([true, true, true, false]);
    tasks[1]?.running.end();
    await flushPromises();
    expect(tasks[3]?.running.started).toBe(true);
    expect([...store.uploads.values()].map(({ state }) => state)).toEqual([
      "sending",
      "done",
      "sending",
      "sending",
    ]);
  });

  it("that fail stay listed with the reason; cancelled ones go, waiting ones too", async () => {
    const store = useUploadQueueStore();
    const tasks = ["a", "b", "c", "d"].map(task);
    for (const { task: next } of tasks) store.add(next);
    tasks[0]?.running.end(new Error("not g-code"));
    await flushPromises();
    const [failed] = store.uploads.values();
    expect(failed).toMatchObject({ state: "failed", failure: "not g-code" });
    store.dismissAll();
    await flushPromises();
    expect(store.uploads.size).toBe(0);
    expect(store.open).toBe(false);
  });
});

describe("the two languages", () => {
  /** Every text by its path. */
  function texts(tree: object, path = ""): [string, string][] {
    return Object.entries(tree).flatMap(([key, value]): [string, string][] =>
      typeof value === "string" ? [[`${path}${key}`, value]] : texts(value, `${path}${key}.`),
    );
  }
  const { en, de } = createMessages().global.messages.value;

  it("name the same values in every text", () => {
    const german = new Map(texts(de));
    const values = (text: string) =>
      [...new Set(text.match(/\{\w+\}/g) ?? [])].filter((name) => name !== "{count}").toSorted();
    for (const [key, text] of texts(en)) {
      expect([key, values(german.get(key) ?? "")]).toEqual([key, values(text)]);
    }
  });

  it("have a plural wherever the other has one", () => {
    const german = new Map(texts(de));
    const forms = (text: string) => text.split(" | ").length;
    for (const [key, text] of texts(en)) {
      expect([key, forms(german.get(key) ?? "")]).toEqual([key, forms(text)]);
    }
  });
});
