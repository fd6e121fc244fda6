import * as z from "zod";

/** An answer of Moonraker over HTTP. */
export const Wrapped = <T extends z.ZodType>(result: T) => z.object({ result });

/** GETs JSON and parses it; rejects with the status of an error. */
export async function getJson<T>(
  address: string,
  schema: z.ZodType<T>,
  headers: Record<string, string> = {},
): Promise<T> {
  const response = await fetch(address, { headers });
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return schema.parse(await response.json());
}
