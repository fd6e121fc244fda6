import type { SelectedJobs } from "./selectionStore.ts";

/** What hangs on the pointer while jobs are dragged. A class, so that a drop can tell it from anything else. */
export class JobDrag {
  readonly jobs: readonly SelectedJobs[];

  constructor(jobs: readonly SelectedJobs[]) {
    this.jobs = jobs;
  }

  static of(data: Record<string, unknown>): JobDrag | undefined {
    return data["jobs"] instanceof JobDrag ? data["jobs"] : undefined;
  }
}
