import type { HistoryItem, HistoryTotals } from "#shared/contract/farmHistory.ts";
import { messageOf } from "#shared/rpc/errors.ts";
import { computed, type Ref, shallowRef, watch } from "vue";
import { useHost } from "../../app/hostAccess.ts";
import { useConnectionStore } from "../../stores/connectionStore.ts";
import { type Filter, type Query, queryOf } from "./historyFilter.ts";

const PAGE = 200;
/** Milliseconds after the last key before a search is sent. */
const SETTLE = 180;

/** Ended prints under a filter: their sums at once, the list page by page as it is scrolled. */
export function useHistory(filter: Ref<Filter>) {
  const { call } = useHost();
  const connection = useConnectionStore();
  const totals = shallowRef<HistoryTotals>();
  const items = shallowRef<readonly HistoryItem[]>([]);
  const cursor = shallowRef<string | null>(null);
  const failure = shallowRef<string>();
  const loading = shallowRef(false);
  let query: Query = {};
  /** Grows with every new filter: an answer to a former one is thrown away. */
  let asked = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function load(): Promise<void> {
    const mine = ++asked;
    query = queryOf(filter.value, Date.now());
    loading.value = true;
    try {
      const offset = -new Date().getTimezoneOffset();
      const [page, sums] = await Promise.all([
        call("farm.history.list", { ...query, limit: PAGE }),
        call("farm.history.totals", { ...query, utc_offset: offset }),
      ]);
      if (mine !== asked) return;
      items.value = Object.freeze(page.attempts);
      cursor.value = page.cursor;
      totals.value = Object.freeze(sums);
      failure.value = undefined;
    } catch (error) {
      if (mine === asked) failure.value = messageOf(error);
    } finally {
      if (mine === asked) loading.value = false;
    }
  }

  /** The next page, unless there is none or it is on its way. */
  async function more(): Promise<void> {
    const from = cursor.value;
    if (from === null || loading.value) return;
    const mine = asked;
    loading.value = true;
    try {
      const page = await call("farm.history.list", { ...query, limit: PAGE, cursor: from });
      if (mine !== asked) return;
      items.value = Object.freeze([...items.value, ...page.attempts]);
      cursor.value = page.cursor;
    } catch (error) {
      if (mine === asked) failure.value = messageOf(error);
    } finally {
      if (mine === asked) loading.value = false;
    }
  }

  /** All lines under the filter as one CSV text. Rejects when a page could not be had. */
  async function exportCsv(onProgress: (lines: number) => void): Promise<string> {
    const wanted = query;
    let csv = "";
    let from: string | undefined;
    let lines = 0;
    do {
      const params = { ...wanted, limit: 1000, ...(from === undefined ? {} : { cursor: from }) };
      const page = await call("farm.history.export", params);
      csv += page.csv;
      lines += 1000;
      onProgress(Math.min(lines, totals.value?.attempts ?? lines));
      from = page.cursor ?? undefined;
    } while (from !== undefined);
    return csv;
  }

  watch(
    filter,
    () => {
      clearTimeout(timer);
      timer = setTimeout(() => void load(), SETTLE);
    },
    { deep: true },
  );
  watch(
    () => connection.connected,
    (connected) => {
      if (connected) void load();
    },
  );
  void load();

  return {
    totals,
    items,
    failure,
    loading,
    hasMore: computed(() => cursor.value !== null),
    load,
    more,
    exportCsv,
  };
}
