import { spawn } from "node:child_process";
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { createBrotliDecompress } from "node:zlib";
import * as z from "zod";

/** A browser and the environment it needs to start. */
export interface Chromium {
  readonly executable: string;
  readonly env: Readonly<Record<string, string>>;
}

const INSTALLED = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const CACHE = fileURLToPath(new URL("../node_modules/.cache/", import.meta.url));

/**
 * The Chromium for tests and pictures: `CHROMIUM` in the environment, else an installed one, else the one
 * of the npm package, unpacked once. The last needs nothing else of the machine (Linux x64): its libraries
 * and fonts come with it.
 */
export async function findChromium(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Chromium> {
  const named = env.CHROMIUM;
  if (named !== undefined && named !== "") return { executable: named, env: {} };
  const installed = INSTALLED.find((path) => existsSync(path));
  if (installed !== undefined) return { executable: installed, env: {} };
  return unpackChromium(env, CACHE);
}

/**
 * Unpacks the packaged Chromium below `cache`, in a folder named for its version, unless it is there.
 * Safe to run at the same time in several processes: each unpacks beside, the first rename wins.
 */
export async function unpackChromium(
  env: Readonly<Record<string, string | undefined>>,
  cache: string,
): Promise<Chromium> {
  const root = packageRoot();
  const manifest: unknown = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const { version } = z.object({ version: z.string() }).parse(manifest);
  const folder = join(cache, `chromium-${version}`);
  if (!existsSync(folder)) await unpackTo(folder, join(root, "bin"));
  const libraries = [join(folder, "lib"), env.LD_LIBRARY_PATH].filter((path) => path !== undefined);
  return {
    executable: join(folder, "chromium"),
    env: { LD_LIBRARY_PATH: libraries.join(":"), FONTCONFIG_PATH: join(folder, "fonts") },
  };
}

async function unpackTo(folder: string, archives: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const part = await mkdtemp(`${folder}-part-`);
  try {
    await inflate(join(archives, "chromium.br"), join(part, "chromium"));
    await extractTar(join(archives, "al2023.tar.br"), part);
    await extractTar(join(archives, "fonts.tar.br"), join(part, "fonts"));
    // The packaged configuration names folders of another world; the system's fonts come first here.
    await writeFile(join(part, "fonts/fonts.conf"), fontConfiguration(join(folder, "fonts")));
    await rename(part, folder);
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

function fontConfiguration(fonts: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${fonts}</dir>
  <cachedir>${join(fonts, "cache")}</cachedir>
</fontconfig>
`;
}

async function inflate(archive: string, file: string): Promise<void> {
  await pipeline(
    createReadStream(archive),
    createBrotliDecompress(),
    createWriteStream(file, { mode: 0o755 }),
  );
}

/**
 * Unpacks a brotli-compressed tar into `folder`. Node reads no tar; the tool is part of every Linux this Chromium
 * runs on. It hangs up after an archive's end mark, padding unread: the pipe's complaint about that counts only
 * where the tool complains too.
 */
export async function extractTar(archive: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const tar = spawn("tar", ["-xf", "-", "-C", folder], { stdio: ["pipe", "ignore", "inherit"] });
  const ended = new Promise<number | null>((resolve, reject) => {
    tar.once("error", reject);
    tar.once("close", resolve);
  });
  const [fed, code] = await Promise.allSettled([
    pipeline(createReadStream(archive), createBrotliDecompress(), tar.stdin),
    ended,
  ]);
  if (code.status === "fulfilled" && code.value === 0) return;
  const cause =
    code.status === "rejected" ? code.reason : fed.status === "rejected" ? fed.reason : undefined;
  const exit = code.status === "fulfilled" ? ` (exit code ${String(code.value)})` : "";
  throw new Error(`tar could not unpack ${basename(archive)}${exit}`, { cause });
}

function packageRoot(): string {
  const require = createRequire(import.meta.url);
  const entry = require.resolve("@sparticuz/chromium");
  let folder = dirname(entry);
  while (!existsSync(join(folder, "bin/chromium.br"))) {
    if (folder === dirname(folder)) throw new Error(`No chromium.br in the package of ${entry}`);
    folder = dirname(folder);
  }
  return folder;
}
