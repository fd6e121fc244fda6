import { messageOf } from "#shared/rpc/errors.ts";
import { defineStore } from "pinia";
import { shallowReactive } from "vue";
import type { UploadOptions } from "../rpc/uploadFile.ts";

export interface Upload {
  readonly id: number;
  readonly printer: string;
  readonly name: string;
  /** 0 to 1. */
  readonly share: number;
  /** Why it failed, in the server's words; null while it runs. */
  readonly failure: string | null;
}

export interface UploadPlan {
  readonly printer: string;
  readonly file: File;
  readonly send: (options: Omit<UploadOptions, "url">) => Promise<void>;
}

/** Files on their way to a printer's library. One that failed stays until it is dismissed. */
export const useUploadStore = defineStore("uploads", () => {
  const uploads = shallowReactive(new Map<number, Upload>());
  const controllers = new Map<number, AbortController>();
  let nextId = 1;

  /** Runs one upload to its end; never rejects, since the row tells what became of it. */
  async function run(plan: UploadPlan): Promise<void> {
    const id = nextId++;
    const controller = new AbortController();
    controllers.set(id, controller);
    const { printer, file } = plan;
    uploads.set(id, { id, printer, name: file.name, share: 0, failure: null });
    try {
      await plan.send({
        file,
        signal: controller.signal,
        onProgress: (share) => patch(id, { share }),
      });
      uploads.delete(id);
    } catch (error) {
      if (!controller.signal.aborted) patch(id, { failure: messageOf(error) });
    } finally {
      controllers.delete(id);
    }
  }

  /** Cancels a running upload, or takes a failed one off the screen. */
  function dismiss(id: number): void {
    controllers.get(id)?.abort();
    uploads.delete(id);
  }

  function patch(id: number, change: Partial<Upload>): void {
    const upload = uploads.get(id);
    if (upload !== undefined) uploads.set(id, { ...upload, ...change });
  }

  return { uploads, run, dismiss };
});
