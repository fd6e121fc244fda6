import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * `npm run serve` and `npm run demo`: builds the board when its sources are newer than what was built,
 * then runs the host from source.
 */
const root = fileURLToPath(new URL("..", import.meta.url));
const BOARD_SOURCES = ["renderer", "shared", "electron.vite.config.ts", "package-lock.json"];

function newest(path: string): number {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function buildBoardIfStale(): void {
  const built = join(root, "out/renderer/index.html");
  const sources = Math.max(...BOARD_SOURCES.map((name) => newest(join(root, name))));
  if (existsSync(built) && statSync(built).mtimeMs > sources) return;
  process.stderr.write("nextplate: building the board...\n");
  const vite = join(root, "node_modules/electron-vite/bin/electron-vite.js");
  const { status } = spawnSync(process.execPath, [vite, "build", "--logLevel", "warn"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) throw new Error("The board could not be built; see the lines above.");
}

/** npm ends without its child when it is killed; a host nobody can reach by Ctrl+C any more must end too. */
function endWithParent(): void {
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
if (!quick) buildBoardIfStale();
endWithParent();
await import(args.includes("--demo") ? "./demo.ts" : "../electron/headless.ts");
