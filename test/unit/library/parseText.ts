import { END_BYTES } from "../../../electron/host/library/gcodeMetadata/gcodeText.ts";
import {
  parseGcode,
  type ParsedGcode,
} from "../../../electron/host/library/gcodeMetadata/parseGcode.ts";

/** Parses a whole file as the worker does, from its two ends. */
export function parseText(content: string | Uint8Array): ParsedGcode {
  const bytes = Buffer.from(content);
  const tail = bytes.subarray(Math.max(0, bytes.byteLength - END_BYTES));
  return parseGcode(bytes.subarray(0, END_BYTES), tail, bytes.byteLength);
}
