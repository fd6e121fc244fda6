import * as z from "zod";

/**
 * JSON-RPC 2.0 frames as a client meets them. Parsing is loose on purpose: printers send members we do
 * not know, and one odd frame must cost one log line, not the connection.
 */
const Incoming = z.looseObject({
  id: z.unknown().optional(),
  method: z.string().optional(),
  params: z.unknown().optional(),
  result: z.unknown().optional(),
  error: z
    .looseObject({
      code: z.number().catch(0),
      message: z.string().catch("unknown error"),
      data: z.unknown().optional(),
    })
    .optional(),
});

export type IncomingFrame =
  | { readonly kind: "result"; readonly id: number; readonly result: unknown }
  | {
      readonly kind: "error";
      /** null when the server could not tell which request failed. */
      readonly id: number | null;
      readonly code: number;
      readonly message: string;
      readonly data: unknown;
    }
  | { readonly kind: "notification"; readonly method: string; readonly params: readonly unknown[] }
  | { readonly kind: "invalid"; readonly reason: string };

/** Params by name, as Klipper's own socket sends them, are one object. */
function positional(params: unknown): readonly unknown[] {
  if (Array.isArray(params)) return params;
  return typeof params === "object" && params !== null ? [params] : [];
}

/** Parses one text frame. Never throws. */
export function parseIncoming(text: string): IncomingFrame {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { kind: "invalid", reason: "not JSON" };
  }
  const parsed = Incoming.safeParse(json);
  if (!parsed.success) return { kind: "invalid", reason: "not a JSON-RPC object" };
  const { id, method, params, error } = parsed.data;
  if (method !== undefined) {
    return { kind: "notification", method, params: positional(params) };
  }
  if (error !== undefined) {
    return {
      kind: "error",
      id: typeof id === "number" ? id : null,
      code: error.code,
      message: error.message,
      data: error.data,
    };
  }
  if (typeof id === "number") return { kind: "result", id, result: parsed.data.result };
  return { kind: "invalid", reason: "an answer without a usable id" };
}
