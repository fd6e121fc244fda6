export interface NameParts {
  /** May be cut with an ellipsis. */
  readonly head: string;
  /** Always shown: slicers put material and time there. */
  readonly tail: string;
}

const TAIL = 14;

/** Splits a path's last part for display: folder and the g-code ending go, the tail stays visible. */
export function nameParts(path: string): NameParts {
  const name = displayName(path);
  if (name.length <= TAIL) return { head: "", tail: name };
  return { head: name.slice(0, -TAIL), tail: name.slice(-TAIL) };
}

/** The name without folder and without the ending that every file shares. */
export function displayName(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return name.replace(/\.(?:gcode|gco|g)$/i, "") || name;
}
