import { createReadStream, statSync } from "node:fs";
import { request } from "node:http";

// A client of its own process that uploads a file as it lies on the disk: `URL FILE NAME`, prints milliseconds.
const [url = "", file = "", name = ""] = process.argv.slice(2);
const boundary = "nextplate-bench";
const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: application/octet-stream\r\n\r\n`;
const tail = `\r\n--${boundary}--\r\n`;
const length = Buffer.byteLength(head) + statSync(file).size + Buffer.byteLength(tail);
const began = performance.now();
const sent = request(url, {
  method: "POST",
  headers: {
    "content-type": `multipart/form-data; boundary=${boundary}`,
    "content-length": length,
  },
});
sent.on("response", (response) => {
  response.resume();
  response.on("end", () => {
    process.stdout.write(`${response.statusCode ?? 0} ${performance.now() - began}\n`);
  });
});
sent.write(head);
const bytes = createReadStream(file, { highWaterMark: 1024 * 1024 });
bytes.on("end", () => sent.end(tail));
bytes.pipe(sent, { end: false });
