import { isRecord } from "#shared/util/foreignFields.ts";
import { AppError } from "#shared/rpc/errors.ts";
import type { Caller } from "./call.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { OwnJson } from "./ownJson.ts";
import { wireError } from "./wireError.ts";

interface Answer {
  readonly jsonrpc: "2.0";
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
  /** Echoed whatever it is. */
  readonly id: unknown;
}

export interface JsonRpc {
  /** Answers one frame; null = nothing is to be sent. Never rejects. */
  answer(text: string, caller: Caller): Promise<string | null>;
}

/**
 * The JSON-RPC layer as observed on Moonraker v0.10.0-31: any id is echoed; a request without an id gets no
 * answer on success, but errors are told with `id: null`; a frame without `method` is an answer to a
 * request of ours and gets none; batches run in order. Unlike Moonraker, broken frames are answered.
 */
export function createJsonRpc(dispatcher: Dispatcher, report: (error: unknown) => void): JsonRpc {
  async function answerObject(frame: unknown, caller: Caller): Promise<Answer | null> {
    if (!isRecord(frame)) return failure(invalidRequest(), null, report);
    const id = frame["id"] ?? null;
    try {
      if (frame["jsonrpc"] !== "2.0") throw invalidRequest();
      if (!Object.hasOwn(frame, "method")) return null;
      if (typeof frame["method"] !== "string") throw invalidRequest();
      const params = frame["params"];
      if (params !== undefined && !isRecord(params)) {
        throw new AppError("invalid_params", "Invalid params:");
      }
      const result = await dispatcher.dispatch(frame["method"], params ?? {}, caller);
      return id === null ? null : { jsonrpc: "2.0", result, id };
    } catch (error) {
      return failure(error, id, report);
    }
  }

  async function answerBatch(frames: readonly unknown[], caller: Caller): Promise<string | null> {
    const answers: Answer[] = [];
    for (const frame of frames) {
      // One after the other: a batch may rely on what its earlier members did.
      const answer = await answerObject(frame, caller);
      if (answer !== null) answers.push(answer);
    }
    return answers.length === 0 ? null : JSON.stringify(answers);
  }

  return {
    async answer(text, caller) {
      let frame: unknown;
      try {
        frame = JSON.parse(text);
      } catch {
        return JSON.stringify(failure(new AppError("parse_error", "Parse error"), null, report));
      }
      if (Array.isArray(frame)) return answerBatch(frame, caller);
      const answer = await answerObject(frame, caller);
      return answer === null ? null : textOf(answer);
    },
  };
}

function textOf(answer: Answer): string {
  if (!(answer.result instanceof OwnJson)) return JSON.stringify(answer);
  return `{"jsonrpc":"2.0","result":${answer.result.jsonText()},"id":${JSON.stringify(answer.id)}}`;
}

function failure(error: unknown, id: unknown, report: (error: unknown) => void): Answer {
  const { jsonrpc: code, message, data } = wireError(error, report);
  return { jsonrpc: "2.0", error: { code, message, ...(data === undefined ? {} : { data }) }, id };
}

function invalidRequest(): AppError {
  return new AppError("invalid_request", "Invalid Request");
}
