import { AppError } from "#shared/rpc/errors.ts";

/**
 * Whether a path such as `gcodes/parts/a.gcode` begins with the root that is ours. Throws `bad_request` for
 * one that begins with no root or climbs: it would be somebody else's file.
 */
export function isGcodesPath(path: string): boolean {
  const [root = "", ...below] = path.replace(/^\/+/, "").split("/");
  if (!/^\w[\w.-]*$/.test(root) || below.includes("..")) {
    throw new AppError("bad_request", `Invalid root path: ${root}`);
  }
  return root === "gcodes";
}

/** The path below `gcodes`; "" is the root itself. */
export function pathInGcodes(path: string): string {
  return path
    .replace(/^\/+|\/+$/g, "")
    .split("/")
    .slice(1)
    .join("/");
}
