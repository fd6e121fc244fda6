import { displayName } from "../../format/fileName.ts";
import { useMessages } from "../../i18n/messages.ts";
import type { Row } from "./queueItems.ts";

/** A name for some waiting jobs: the file's when it is one file, else how many they are. */
export function useJobTitle(): (rows: readonly Row[]) => string {
  const { plural } = useMessages();
  return (rows) => {
    const [first] = rows;
    if (first === undefined) return "";
    if (!rows.every((row) => row.filename === first.filename)) {
      return plural("select.jobs", rows.length);
    }
    const name = displayName(first.filename);
    return rows.length === 1 ? name : `${rows.length} × ${name}`;
  };
}
