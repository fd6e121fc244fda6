import { once } from "node:events";
import { DatabaseSync } from "@photostructure/sqlite";
import { WebSocketServer } from "ws";
import * as z from "zod";

/**
 * What the host is compared with: a process of its own that does for a request only what cannot be left
 * out. Methods: `keep` takes the text to be echoed or the list to be serialised, `echo` sends ready bytes
 * back, `serialise` writes the list as JSON with fresh times, `commit` does that after one small durable
 * commit.
 */
const Job = z.object({
  filename: z.string(),
  job_id: z.string(),
  time_added: z.number(),
  time_in_queue: z.number(),
});
const Kept = z.object({ queued_jobs: z.array(Job), queue_state: z.string() });
const Request = z.object({ method: z.string(), params: z.unknown().optional(), id: z.number() });

const database = new DatabaseSync(process.argv[2] ?? "");
database.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (v TEXT) STRICT;");
const insert = database.prepare("INSERT INTO t (v) VALUES (?)");

let kept: z.output<typeof Kept> = { queued_jobs: [], queue_state: "paused" };
let ready = Buffer.alloc(0);

function serialised(id: number): string {
  const now = Date.now() / 1000;
  const queued_jobs = kept.queued_jobs.map(({ filename, job_id, time_added }) => ({
    filename,
    job_id,
    time_added,
    time_in_queue: Math.max(0, now - time_added),
  }));
  const result = { queued_jobs, queue_state: kept.queue_state };
  return JSON.stringify({ jsonrpc: "2.0", result, id });
}

const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
await once(server, "listening");
server.on("connection", (socket) => {
  let bare = false;
  socket.on("message", (data) => {
    // The bare echo looks at nothing.
    if (bare) return socket.send(ready);
    const frame = z.instanceof(Buffer).parse(data).toString("utf8");
    const { method, params, id } = Request.parse(JSON.parse(frame));
    switch (method) {
      case "keep":
        kept = Kept.parse(params);
        ready = Buffer.from(JSON.stringify({ jsonrpc: "2.0", result: kept }));
        break;
      case "broadcast":
        for (const client of server.clients) if (client !== socket) client.send(ready);
        break;
      case "echo":
        bare = true;
        break;
      case "commit":
        database.exec("BEGIN IMMEDIATE");
        insert.run("x".repeat(200));
        database.exec("COMMIT");
        break;
      case "serialise":
        break;
      default:
        throw new Error(`There is no method ${method}`);
    }
    socket.send(serialised(id));
  });
});
const { port } = z.object({ port: z.number() }).parse(server.address());
process.once("SIGTERM", () => process.exit(0));
process.stdout.write(`limit ready http://127.0.0.1:${port}/\n`);
