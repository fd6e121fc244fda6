import { messageOf } from "#shared/rpc/errors.ts";
import { defineStore } from "pinia";
import { computed, shallowReactive } from "vue";
import type { UploadOptions } from "../../rpc/uploadFile.ts";

/** Files sent at a time: one slow one must not hold up the rest, and many share one line anyway. */
const AT_ONCE = 3;

export interface LibraryUpload {
  readonly id: number;
  readonly name: string;
  readonly state: "waiting" | "sending" | "done" | "failed";
  /** 0 to 1. */
  readonly share: number;
  /** Why it failed, in the server's words. */
  readonly failure: string | null;
}

export interface UploadTask {
  readonly file: File;
  readonly send: (options: Omit<UploadOptions, "url" | "folder">) => Promise<void>;
}

/** Files on their way into the library, three at a time; they go on while another screen is shown. */
export const useUploadQueueStore = defineStore("libraryUploads", () => {
  const uploads = shallowReactive(new Map<number, LibraryUpload>());
  const tasks = new Map<number, UploadTask>();
  const controllers = new Map<number, AbortController>();
  let nextId = 1;

  const open = computed(() =>
    [...uploads.values()].some(({ state }) => state === "waiting" || state === "sending"),
  );

  function add(task: UploadTask): void {
    const id = nextId++;
    tasks.set(id, task);
    uploads.set(id, { id, name: task.file.name, state: "waiting", share: 0, failure: null });
    pump();
  }

  function pump(): void {
    for (const [id, upload] of uploads) {
      if (controllers.size >= AT_ONCE) return;
      if (upload.state === "waiting") void run(id);
    }
  }

  async function run(id: number): Promise<void> {
    const task = tasks.get(id);
    if (task === undefined) return;
    const controller = new AbortController();
    controllers.set(id, controller);
    patch(id, { state: "sending" });
    try {
      await task.send({
        file: task.file,
        signal: controller.signal,
        onProgress: (share) => patch(id, { share }),
      });
      patch(id, { state: "done", share: 1 });
    } catch (error) {
      if (controller.signal.aborted) uploads.delete(id);
      else patch(id, { state: "failed", failure: messageOf(error) });
    } finally {
      controllers.delete(id);
      tasks.delete(id);
      pump();
    }
  }

  /** Cancels one that runs or waits; takes an ended one off the list. */
  function dismiss(id: number): void {
    const controller = controllers.get(id);
    if (controller !== undefined) return controller.abort();
    tasks.delete(id);
    uploads.delete(id);
  }

  function dismissAll(): void {
    for (const id of [...uploads.keys()].toReversed()) dismiss(id);
  }

  function patch(id: number, change: Partial<LibraryUpload>): void {
    const upload = uploads.get(id);
    if (upload !== undefined) uploads.set(id, { ...upload, ...change });
  }

  return { uploads, open, add, dismiss, dismissAll };
});
