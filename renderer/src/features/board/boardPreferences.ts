import * as z from "zod";
import { defineStore } from "pinia";
import { reactive, watch } from "vue";
import { FILTERS, SORTS } from "./boardFilter.ts";

const KEY = "nextplate.board";
const Stored = z.object({
  filter: z.enum(FILTERS).catch("all"),
  sort: z.enum(SORTS).catch("place"),
  tags: z.array(z.string()).catch([]),
});

/** What is shown and in which order, the same on board and wall; all but the search is remembered. */
export const useBoardPreferences = defineStore("boardPreferences", () => {
  const shown = reactive({ ...read(), search: "" });
  watch(
    () => ({ filter: shown.filter, sort: shown.sort, tags: shown.tags }),
    (next) => {
      try {
        localStorage.setItem(KEY, JSON.stringify(next));
      } catch {
        // A page that may not store still keeps its choice until it is closed.
      }
    },
  );

  function reset(): void {
    Object.assign(shown, { filter: "all", tags: [], search: "" });
  }

  return { shown, reset };
});

function read(): z.output<typeof Stored> {
  let stored: unknown;
  try {
    stored = JSON.parse(localStorage.getItem(KEY) ?? "{}");
  } catch {
    stored = {};
  }
  return Stored.parse(typeof stored === "object" && stored !== null ? stored : {});
}
