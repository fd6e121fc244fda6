import { methods } from "#shared/contract/index.ts";
import * as z from "zod";
import { jsonSchema, paramsSchema } from "../../electron/host/server/openRpc.ts";

const Schema = z.record(z.string(), z.unknown());

/** The API as clients depend on it. */
export const StableApi = z.record(
  z.string(),
  z.object({
    http: z.string().nullable(),
    params: z.record(z.string(), Schema),
    required: z.array(z.string()),
    result: Schema,
  }),
);
export type StableApi = z.output<typeof StableApi>;

/** The API as the table has it now. */
export function stableApi(): StableApi {
  return Object.fromEntries(
    Object.entries(methods).map(([name, definition]) => {
      const { properties, required } = paramsSchema(definition.params);
      const http = "http" in definition ? definition.http : undefined;
      return [
        name,
        {
          http: http === undefined ? null : `${http.verb} ${http.path}`,
          params: properties,
          required,
          result: jsonSchema(definition.result, "output"),
        },
      ];
    }),
  );
}
