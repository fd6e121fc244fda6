import { once } from "node:events";
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { type Clock, sleep } from "#shared/util/clock.ts";
import { Busboy } from "@fastify/busboy";
import type { FaultSwitches } from "./faults.ts";
import { fileItem } from "./moonraker/fileStore.ts";
import type { Moonraker } from "./moonraker/moonraker.ts";
import { ServerError } from "./moonraker/serverError.ts";
import { startPrint } from "./moonraker/startPrint.ts";
import { isInUse } from "./rpcMethods/files.ts";

interface Form {
  readonly fields: ReadonlyMap<string, string>;
  readonly file: { readonly name: string; readonly bytes: Buffer } | null;
}

/** POST /server/files/upload: the bare body of the 201 answer and the path it names. */
export async function receiveUpload(
  request: IncomingMessage,
  moonraker: Moonraker,
): Promise<{ path: string; body: object }> {
  const { faults, clock, append, files, klippy } = moonraker.options;
  if (faults.diskFull) throw new ServerError(500, "Internal Server Error");
  const failure = faults.uploadFails;
  if (failure !== null && failure.times > 0) {
    failure.times--;
    // Read to the end first: an answer sent before that can be lost in the reset of the connection.
    request.resume();
    await once(request, "end");
    throw new ServerError(failure.status, "Upload failed");
  }
  const { fields, file } = await readForm(request, faults, clock);
  if (file === null || file.name === "") throw new ServerError(400, "Bad Request");
  const root = fields.get("root") ?? "gcodes";
  if (root !== "gcodes" && root !== "config") throw new ServerError(400, "Bad Request");
  const folder = (fields.get("path") ?? "").replace(/^\/+|\/+$/g, "");
  const path = folder === "" ? file.name : `${folder}/${file.name}`;
  if (path.split("/").includes("..")) throw new ServerError(400, "Bad Request");
  if (root === "config") {
    moonraker.options.config.set(path, file.bytes);
    const { time: modified } = moonraker;
    const item = { path, root, modified, size: file.bytes.length, permissions: "rw" };
    moonraker.notify("notify_filelist_changed", [{ action: "create_file", item }]);
    return { path: `config/${path}`, body: { action: "create_file", item } };
  }
  if (file.name.includes("/") && files.get(path) === undefined) {
    throw new ServerError(500, "Internal Server Error");
  }
  if (isInUse(moonraker, path)) throw new ServerError(403, "Forbidden");
  const checksum = fields.get("checksum")?.toLowerCase();
  const sent = createHash("sha256").update(file.bytes).digest("hex");
  if (checksum !== undefined && checksum !== sent) {
    throw new ServerError(422, "Unprocessable Entity");
  }
  const stored = files.put(path, keptBytes(file.bytes, faults), moonraker.time);
  append({ event: "upload", path, sha256: stored.sha256, size: stored.bytes.length });
  moonraker.filesChanged("create_file", stored);
  let started = false;
  if (fields.get("print") === "true" && klippy.state === "ready" && !klippy.machine.sdCard.active) {
    started = await startPrint(moonraker, path).then(
      () => true,
      () => false,
    );
  }
  const isQueued = fields.get("print") === "true" && !started && moonraker.options.queuesUploads;
  if (isQueued) moonraker.queue.post([path], false);
  const body = {
    action: "create_file",
    item: fileItem(stored),
    print_started: started,
    print_queued: isQueued,
  };
  return { path: `gcodes/${path}`, body };
}

/** What reaches the disk: Moonraker can answer 201 and hold the bytes of another upload. */
function keptBytes(bytes: Buffer, faults: FaultSwitches): Buffer {
  if (faults.uploadKeepsOtherBytes <= 0) return bytes;
  faults.uploadKeepsOtherBytes--;
  const other = Buffer.from(bytes);
  other.write(";OTHER", Math.max(0, bytes.length - 7));
  return other;
}

/** Milliseconds that a slow upload may catch up after the computer was busy with something else. */
const BURST = 1000;

async function readForm(
  request: IncomingMessage,
  faults: FaultSwitches,
  clock: Clock,
): Promise<Form> {
  const type = request.headers["content-type"];
  if (type === undefined || !type.startsWith("multipart/form-data")) {
    throw new ServerError(500, "Internal Server Error");
  }
  const busboy = new Busboy({ headers: { ...request.headers, "content-type": type } });
  const fields = new Map<string, string>();
  const chunks: Buffer[] = [];
  let name: string | null = null;
  busboy.on("field", (key, value) => void fields.set(key, value));
  busboy.on("file", (_field, stream, filename) => {
    name = filename ?? "";
    stream.on("data", (chunk: Buffer) => void chunks.push(chunk));
  });
  const finished = new Promise<void>((resolve, reject) => {
    busboy.once("finish", resolve);
    busboy.once("error", () => reject(new ServerError(500, "Internal Server Error")));
  });
  // Awaited below; a broken form may reject it while the request is still being read.
  finished.catch(() => undefined);
  let due = clock.monotonic();
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    if (faults.uploadSlow !== null) {
      // By the clock, not wait by wait: what each timer is late would add up with the number of pieces.
      due = Math.max(due, clock.monotonic() - BURST) + (chunk.length / faults.uploadSlow) * 1000;
      const wait = due - clock.monotonic();
      if (wait > 0) await sleep(clock, wait);
    }
    busboy.write(chunk);
  }
  busboy.end();
  await finished;
  return { fields, file: name === null ? null : { name, bytes: Buffer.concat(chunks) } };
}
