/** A multipart form with one file at its end, to be streamed. */
export interface MultipartForm {
  readonly contentType: string;
  /** Exact length of the whole body in bytes: servers refuse or buffer bodies of unknown length. */
  readonly contentLength: number;
  readonly body: AsyncIterable<Buffer>;
}

export interface MultipartFile {
  readonly name: string;
  readonly size: number;
  readonly bytes: AsyncIterable<Buffer>;
}

/**
 * Builds multipart/form-data. The body throws when the file yields another number of bytes than `size`:
 * a file that changed under us must not pass as the one that was asked for.
 */
export function multipartForm(
  fields: Readonly<Record<string, string>>,
  file: MultipartFile,
  boundary: string,
): MultipartForm {
  const parts = Object.entries(fields).map(
    ([name, value]) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"\r\n\r\n${value}\r\n`,
  );
  const fileHead =
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${quoted(file.name)}"\r\n` +
    "Content-Type: application/octet-stream\r\n\r\n";
  const head = Buffer.from(parts.join("") + fileHead, "utf8");
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`, "utf8");
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    contentLength: head.length + file.size + tail.length,
    body: formBody(head, file, tail),
  };
}

async function* formBody(head: Buffer, file: MultipartFile, tail: Buffer): AsyncGenerator<Buffer> {
  yield head;
  let sent = 0;
  for await (const chunk of file.bytes) {
    sent += chunk.length;
    if (sent > file.size) break;
    yield chunk;
  }
  if (sent !== file.size) throw new Error(`The file has ${sent} bytes instead of ${file.size}`);
  yield tail;
}

/** As browsers write it: quotes and line ends are percent-encoded, everything else is UTF-8. */
function quoted(text: string): string {
  return text.replaceAll('"', "%22").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
