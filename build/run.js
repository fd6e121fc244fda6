import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/**
 * `npm run serve` and `npm run demo`: builds host and board when their sources are newer than what was
 * built, then runs the host. JavaScript, because node's way to run TypeScript would stay in the memory of
 * the host and cost it more time than all else at its start.
 */
const root = fileURLToPath(new URL("..", import.meta.url));
const SOURCES = ["electron", "renderer", "shared", "electron.vite.config.ts", "package-lock.json"];
const HOST = join(root, "out/main/headless.js");
/** The last that a build writes. */
const BOARD = join(root, "out/renderer/index.html");

/**
 * When a file was last written; 0 = it is not there.
 * @param {string} path
 */
function written(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/**
 * Whether a file at or below `path` was written after `time`.
 * @param {string} path
 * @param {number} time
 * @returns {boolean}
 */
function hasNewer(path, time) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs >= time;
  return readdirSync(path, { withFileTypes: true }).some((entry) => {
    const inside = join(path, entry.name);
    return entry.isDirectory() ? hasNewer(inside, time) : written(inside) >= time;
  });
}

function buildIfStale() {
  const built = Math.min(written(HOST), written(BOARD));
  if (built > 0 && !SOURCES.some((name) => hasNewer(join(root, name), written(BOARD)))) return;
  process.stderr.write("nextplate: building host and board...\n");
  const vite = join(root, "node_modules/electron-vite/bin/electron-vite.js");
  const { status } = spawnSync(process.execPath, [vite, "build", "--logLevel", "warn"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) throw new Error("Host and board could not be built; see the lines above.");
}

/** npm ends without its child when it is killed; a host nobody can reach by Ctrl+C any more must end too. */
function endWithParent() {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, "SIGTERM");
  }, 500);
  watch.unref();
}

const args = process.argv.slice(2);
const quick = args.includes("--help") || args.includes("--version");
if (!quick) buildIfStale();
endWithParent();
enableCompileCache(join(root, "node_modules/.cache/compiled"));
if (args.includes("--demo")) await import("./demo.ts");
// What is said without a host needs no build.
else if (quick) await import("../electron/headless.ts");
else await import(pathToFileURL(HOST).href);
