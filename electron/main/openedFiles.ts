import { openAsBlob } from "node:fs";
import { basename } from "node:path";
import * as z from "zod";
import type { DesktopAsk } from "#shared/desktop/ipc.ts";
import { messageOf } from "#shared/rpc/errors.ts";

const Refusal = z.object({ error: z.object({ message: z.string() }) });
const Answer = z.object({ item: z.object({ path: z.string() }) });

export interface HostAccess {
  /** Root of the host's API. */
  readonly hostUrl: string;
  readonly apiKey: string | null;
}

/**
 * Takes files opened with the app into the farm's library, one after another. Never rejects: what could
 * not be taken is told to the page with the reason.
 */
export async function takeOpenedFiles(
  files: readonly string[],
  access: HostAccess,
): Promise<DesktopAsk> {
  const paths: string[] = [];
  const failed: { name: string; reason: string }[] = [];
  for (const file of files) {
    try {
      paths.push(await sendFile(file, access));
    } catch (error) {
      failed.push({ name: basename(file), reason: messageOf(error) });
    }
  }
  return { kind: "files_opened", paths, failed };
}

async function sendFile(file: string, { hostUrl, apiKey }: HostAccess): Promise<string> {
  const form = new FormData();
  form.append("file", await openAsBlob(file), basename(file));
  const response = await fetch(new URL("farm/library/upload", hostUrl), {
    method: "POST",
    body: form,
    // The key and the file are for this host, wherever it would like to send us.
    redirect: "error",
    headers: apiKey === null ? {} : { "X-Api-Key": apiKey },
  });
  const text = await response.text();
  if (response.ok) return Answer.parse(JSON.parse(text)).item.path;
  throw new Error(refusalIn(text) ?? `The host refused the file (HTTP ${response.status})`);
}

function refusalIn(text: string): string | undefined {
  try {
    return Refusal.safeParse(JSON.parse(text)).data?.error.message;
  } catch {
    return undefined;
  }
}
