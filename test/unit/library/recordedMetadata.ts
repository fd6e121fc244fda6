import { readFileSync } from "node:fs";
import * as z from "zod";

const Case = z.object({ case: z.string(), response: z.object({ body: z.string() }) });
const Answer = z.object({ result: z.record(z.string(), z.unknown()) });

/** Body of a recorded HTTP answer of a real Moonraker. */
export function recordedText(name: string): string {
  const path = new URL("../../fixtures/moonraker/http-cases.jsonl", import.meta.url);
  for (const line of readFileSync(path, "utf8").split("\n")) {
    const found = line === "" ? undefined : Case.safeParse(JSON.parse(line)).data;
    if (found?.case === name) return found.response.body;
  }
  throw new Error(`no recorded case "${name}"`);
}

/** Metadata a real Moonraker answered with. */
export function recordedMetadata(name: string): Record<string, unknown> {
  return Answer.parse(JSON.parse(recordedText(name))).result;
}
