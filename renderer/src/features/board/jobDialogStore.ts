import { defineStore } from "pinia";
import { shallowRef } from "vue";
import type { SelectedJobs } from "./selectionStore.ts";

/** A question about jobs that is open: there is one dialog for the whole board. */
export interface JobQuestion {
  readonly kind: "move" | "copies" | "note";
  readonly jobs: readonly SelectedJobs[];
}

export const useJobDialogStore = defineStore("jobDialog", () => {
  const question = shallowRef<JobQuestion | null>(null);

  function ask(kind: JobQuestion["kind"], jobs: readonly SelectedJobs[]): void {
    question.value = { kind, jobs };
  }
  function close(): void {
    question.value = null;
  }

  return { question, ask, close };
});
