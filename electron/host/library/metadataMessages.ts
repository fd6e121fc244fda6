import * as z from "zod";
import { FileMetadata } from "#shared/contract/files.ts";

/** What the metadata worker is asked. */
export interface ParseRequest {
  readonly id: number;
  readonly path: string;
}

/** Metadata as parsed and as stored: Moonraker's words without what belongs to a name, and our own. */
export const StoredMetadata = FileMetadata.omit({
  size: true,
  modified: true,
  thumbnails: true,
}).extend({
  extents: z
    .object({ minX: z.number(), maxX: z.number(), minY: z.number(), maxY: z.number() })
    .optional(),
});
export type StoredMetadata = z.output<typeof StoredMetadata>;

const Parsed = z.object({
  metadata: StoredMetadata,
  thumbnails: z.array(
    z.object({
      width: z.int().nonnegative(),
      height: z.int().nonnegative(),
      png: z.instanceof(Uint8Array),
    }),
  ),
});
export type Parsed = z.output<typeof Parsed>;

/** What it answers: `failed` is a file that could not be read, not a worker that broke. */
export const ParseAnswer = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("parsed"), id: z.int(), parsed: Parsed }),
  z.object({ kind: z.literal("failed"), id: z.int(), message: z.string() }),
]);
export type ParseAnswer = z.output<typeof ParseAnswer>;

/** Parses files; the library's is a worker thread. */
export interface GcodeParser {
  /**
   * Rejects with `bad_request` for a file that cannot be read, `internal` for one that breaks the parser,
   * `unavailable` after `close`.
   */
  parse(path: string): Promise<Parsed>;
  /** Rejects what waits and ends what runs. */
  close(): Promise<void>;
}
