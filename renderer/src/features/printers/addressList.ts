/** A printer somebody wrote down, not looked at yet. */
export interface WrittenPrinter {
  readonly address: string;
  /** Empty = the printer's own name. */
  readonly name: string;
  readonly key: string;
  readonly tags: readonly string[];
}

/**
 * Reads addresses as people paste them: one per line, a name before it if there is one (separated by a
 * comma, a semicolon or a tab), lines that start with # left out. Repeats count once.
 */
export function readAddresses(text: string): readonly WrittenPrinter[] {
  const written = text.split(/\r?\n/).flatMap((line): WrittenPrinter[] => {
    const plain = line.trim();
    if (plain === "" || plain.startsWith("#")) return [];
    const cut = Math.max(...[",", ";", "\t"].map((mark) => plain.lastIndexOf(mark)));
    const address = plain.slice(cut + 1).trim();
    const name = cut < 0 ? "" : plain.slice(0, cut).trim();
    return address === "" ? [] : [{ address, name, key: "", tags: [] }];
  });
  return once(written);
}

/**
 * Reads a CSV with a header line that names its columns (name, address, key, tags, in any order; ip, host
 * and url are taken for address). Throws a sentence for the reader when it has no such column.
 */
export function readPrinterCsv(
  text: string,
  complain: (line: number) => string,
): {
  readonly printers: readonly WrittenPrinter[];
  readonly problems: readonly string[];
} {
  const [head = [], ...rows] = csvRows(text);
  const columns = head.map((title) => title.trim().toLowerCase());
  const at = (...names: readonly string[]): number =>
    columns.findIndex((column) => names.includes(column));
  const places = {
    address: at("address", "ip", "host", "url", "hostname"),
    name: at("name", "printer"),
    key: at("key", "api_key", "apikey"),
    tags: at("tags", "tag", "group"),
  };
  if (places.address < 0) return { printers: readAddresses(text), problems: [] };
  const problems: string[] = [];
  const printers = rows.flatMap((row, index): WrittenPrinter[] => {
    const field = (place: number): string => (place < 0 ? "" : (row[place] ?? "").trim());
    if (row.every((value) => value.trim() === "")) return [];
    const address = field(places.address);
    if (address === "") {
      problems.push(complain(index + 2));
      return [];
    }
    const tags = field(places.tags)
      .split(/[|;,]/)
      .map((tag) => tag.trim())
      .filter((tag) => tag !== "");
    return [{ address, name: field(places.name), key: field(places.key), tags }];
  });
  return { printers: once(printers), problems };
}

/** Fields of RFC 4180, separated by comma or, as some spreadsheets write, by semicolon or tab. */
function csvRows(text: string): readonly (readonly string[])[] {
  const plain = text.replace(/^\uFEFF/, "");
  const head = plain.slice(0, plain.search(/\r?\n|$/));
  const mark = ["\t", ";", ","].find((sign) => head.includes(sign)) ?? ",";
  const rows: string[][] = [];
  let row: string[] = [];
  let field = "";
  let quoted = false;
  const endField = (): void => {
    row.push(field);
    field = "";
  };
  const endRow = (): void => {
    endField();
    rows.push(row);
    row = [];
  };
  for (let index = 0; index < plain.length; index++) {
    const letter = plain[index] ?? "";
    if (quoted) {
      if (letter !== '"') field += letter;
      else if (plain[index + 1] === '"') field += plain[index++] ?? "";
      else quoted = false;
    } else if (letter === '"' && field === "") quoted = true;
    else if (letter === mark) endField();
    else if (letter === "\n") endRow();
    else if (letter !== "\r") field += letter;
  }
  if (field !== "" || row.length > 0) endRow();
  return rows;
}

function once(written: readonly WrittenPrinter[]): readonly WrittenPrinter[] {
  const seen = new Set<string>();
  return written.filter(({ address }) => {
    const key = hostOf(address);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** What tells two addresses apart: without scheme, trailing slash and Moonraker's own port. */
export function hostOf(address: string): string {
  return address
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, "")
    .replace(/\/+$/, "")
    .replace(/:7125$/, "");
}
