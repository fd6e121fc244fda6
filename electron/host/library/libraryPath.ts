import { AppError } from "#shared/rpc/errors.ts";

const MAX_SEGMENT_BYTES = 255;
const MAX_PATH_BYTES = 1000;
const FILE_ENDING = /\.(?:gcode|gco|nc|g)$/i;
const PACKAGE_ENDING = /\.ufp$/i;

/** Two names are the same file when their keys are equal: compared as NFC, case counts. */
export function pathKey(path: string): string {
  return path.normalize("NFC");
}

/** Folders above a path, outermost first: `a/b/c.gcode` has `a` and `a/b`. */
export function parentFolders(path: string): readonly string[] {
  const segments = path.split("/");
  return segments.slice(1).map((_, index) => segments.slice(0, index + 1).join("/"));
}

/** Whether a name announces a package of Cura's that holds the g-code and its picture. */
export function isPackageName(path: string): boolean {
  return PACKAGE_ENDING.test(path);
}

/** The name under which a package's g-code is kept, as Moonraker does: `.ufp` becomes `.gcode`; others stay. */
export function unpackedName(path: string): string {
  return path.replace(PACKAGE_ENDING, ".gcode");
}

/** Refuses with `bad_request` what is no name for a g-code file. A good name is kept exactly as sent. */
export function checkFilePath(path: string): void {
  checkPath(path, "file name");
  if (FILE_ENDING.test(path) || isPackageName(path)) return;
  refuse(
    path,
    "file name",
    "does not end in .gcode, .gco, .g, .nc or .ufp: only sliced files can be queued",
  );
}

/** Refuses with `bad_request` what is no name for a folder. */
export function checkFolderPath(path: string): void {
  checkPath(path, "folder name");
}

function checkPath(path: string, what: string): void {
  const problem = problemOf(path);
  if (problem !== undefined) refuse(path, what, problem);
}

/** Names never become paths on this computer's disk, but they do on the printers'. */
function problemOf(path: string): string | undefined {
  if (path === "") return "is empty";
  // Lone surrogates have no UTF-8 form: a printer could never be told such a name.
  if (/\p{Surrogate}/u.test(path)) return "is not valid Unicode";
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(path)) return "contains a control character or a line break";
  if (path.startsWith("/")) return "starts with a slash: names are relative to the gcodes root";
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return `is longer than ${MAX_PATH_BYTES} bytes`;
  for (const segment of path.split("/")) {
    if (segment === "") return "has an empty folder or file name between slashes";
    if (segment === "." || segment === "..") return `contains "${segment}" and may leave the root`;
    if (Buffer.byteLength(segment) > MAX_SEGMENT_BYTES) {
      return `has a part longer than ${MAX_SEGMENT_BYTES} bytes`;
    }
  }
  return undefined;
}

function refuse(path: string, what: string, problem: string): never {
  const shown = JSON.stringify(path.length > 120 ? `${path.slice(0, 117)}...` : path);
  throw new AppError("bad_request", `The ${what} ${shown} ${problem}.`);
}
