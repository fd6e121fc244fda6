export interface NameParts {
  /** May be cut with an ellipsis. */
  readonly head: string;
  /** Always shown: slicers put material and time there. */
  readonly tail: string;
}

const SHORTEST_TAIL = 6;
const LONGEST_TAIL = 14;

/** Splits a path's last part for display: folder and the g-code ending go, the tail stays visible. */
export function nameParts(path: string): NameParts {
  const name = displayName(path);
  if (name.length <= LONGEST_TAIL) return { head: "", tail: name };
  const from = name.length - LONGEST_TAIL;
  // At a separator if there is one, so that `_PETG_2h30m` is not shown as `m_PETG_2h30m`.
  const separator = name.slice(from, -SHORTEST_TAIL).search(/[_\- ]/);
  const cut = separator < 0 ? from : from + separator;
  return { head: name.slice(0, cut), tail: name.slice(cut) };
}

/** The name without folder and without the ending that every file shares. */
export function displayName(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return name.replace(/\.(?:gcode|gco|g)$/i, "") || name;
}

/** A sentence of the host's with the names of files in it as they are shown everywhere. */
export function withDisplayNames(sentence: string): string {
  return sentence.replace(/(\S)\.gcode(?![\w.])/gi, "$1");
}
