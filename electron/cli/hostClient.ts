import { openAsBlob } from "node:fs";
import { basename } from "node:path";
import { UploadAnswer } from "#shared/contract/files.ts";
import { type MethodName, methods, type ParamsInput, type Result } from "#shared/contract/index.ts";
import { AppError, messageOf } from "#shared/rpc/errors.ts";
import * as z from "zod";

/** No host answered: the caller's computer, network or address is at fault. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";
}

const RpcAnswer = z.union([
  z.object({ error: z.object({ code: z.number(), message: z.string() }) }),
  z.object({ result: z.unknown() }),
]);
const HttpError = z.object({ error: z.object({ message: z.string() }) });

/** The host's API over HTTP, typed by the contract. */
export class HostClient {
  readonly url: string;
  readonly key: string | null;

  /** `url` ends in a slash. */
  constructor(url: string, key: string | null) {
    this.url = url;
    this.key = key;
  }

  /** Rejects with `AppError` in the host's words, or with `UnreachableError`. */
  async call<M extends MethodName>(method: M, params: ParamsInput<M>): Promise<Result<M>> {
    const text = await this.#send("server/jsonrpc", {
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    });
    const answer = RpcAnswer.parse(JSON.parse(text));
    if ("error" in answer) throw new AppError("bad_request", answer.error.message);
    const result = methods[method].result.safeParse(answer.result);
    if (!result.success) {
      throw new AppError("internal", `The host answers ${method} in a form of another version.`);
    }
    // The schema was picked by the same key as the type.
    return result.data as Result<M>;
  }

  /** Uploads a local file to a printer's library and resolves to its name there. */
  async upload(printer: string, localPath: string, folder: string): Promise<string> {
    const form = new FormData();
    if (folder !== "") form.append("path", folder);
    form.append("file", await openAsBlob(localPath), basename(localPath));
    const text = await this.#send(`printers/${printer}/server/files/upload`, { body: form });
    return UploadAnswer.parse(JSON.parse(text)).item.path;
  }

  async #send(
    path: string,
    request: { readonly headers?: Record<string, string>; readonly body: string | FormData },
  ): Promise<string> {
    const key = this.key === null ? {} : { "X-Api-Key": this.key };
    let response: Response;
    try {
      response = await fetch(new URL(path, this.url), {
        method: "POST",
        headers: { ...request.headers, ...key },
        body: request.body,
      });
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined;
      throw new UnreachableError(
        `No Nextplate answers at ${this.url} (${messageOf(cause ?? error)}). Start the app or \`npm run serve\`, or name another address with --url.`,
        { cause: error },
      );
    }
    const text = await response.text();
    if (response.ok) return text;
    throw new AppError("bad_request", refusal(response.status, text));
  }
}

function refusal(status: number, text: string): string {
  if (status === 401) {
    return "This host wants an API key: make one in its settings, and give it in NEXTPLATE_API_KEY or with --key-file.";
  }
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  return HttpError.safeParse(body).data?.error.message ?? `The host answered ${status}.`;
}
