import { methods } from "#shared/contract/index.ts";
import * as z from "zod";

/** The OpenRPC document of the API, from the same table that validates its calls. */
export function openRpcDocument(version: string): Record<string, unknown> {
  return {
    openrpc: "1.3.2",
    info: { title: "Nextplate", version, license: { name: "MIT" } },
    methods: Object.entries(methods).map(([name, definition]) => {
      const { properties, required } = paramsSchema(definition.params);
      return {
        name,
        summary: definition.summary,
        paramStructure: "by-name",
        params: Object.entries(properties).map(([param, schema]) => ({
          name: param,
          required: required.includes(param),
          schema,
        })),
        result: { name: "result", schema: jsonSchema(definition.result, "output") },
      };
    }),
  };
}

const ObjectSchema = z.looseObject({
  properties: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  required: z.array(z.string()).default([]),
});

/** The parameters of a method as JSON Schema, by name, and which of them must be given. */
export function paramsSchema(schema: z.ZodType): z.output<typeof ObjectSchema> {
  return ObjectSchema.parse(jsonSchema(schema, "input"));
}

export function jsonSchema(schema: z.ZodType, io: "input" | "output"): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return rest;
}
