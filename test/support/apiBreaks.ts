import type { StableApi } from "../../build/contract/stableApi.ts";

type Schema = Readonly<Record<string, unknown>>;

/** What a client of the `before` API would stumble over in `after`, one line each; none = compatible. */
export function apiBreaks(before: StableApi, after: StableApi): string[] {
  return Object.entries(before).flatMap(([name, old]) => {
    const now = after[name];
    if (now === undefined) return [`${name} is gone`];
    const http = old.http !== null && old.http !== now.http ? [`${name} left ${old.http}`] : [];
    const params = Object.entries(old.params).flatMap(([param, schema]) => {
      const present = now.params[param];
      return present === undefined
        ? [`${name}: parameter ${param} is gone`]
        : narrowings(schema, present).map((line) => `${name}: parameter ${param} ${line}`);
    });
    const required = now.required
      .filter((param) => !old.required.includes(param))
      .map((param) => `${name}: parameter ${param} is now required`);
    const results = lostMembers(old.result, now.result).map(
      (path) => `${name}: result lost ${path}`,
    );
    return [...http, ...params, ...required, ...results];
  });
}

/** Ways in which a value good for `before` may be refused by `after`. */
function narrowings(before: Schema, after: Schema): string[] {
  const options = optionsOf(before);
  const offered = optionsOf(after);
  if (options.length > 1 || offered.length > 1) {
    return options
      .filter((option) => !offered.some((other) => narrowings(option, other).length === 0))
      .map((option) => `no longer takes ${JSON.stringify(option)}`);
  }
  return [
    ...typesLost(before, after),
    ...valuesLost(before, after),
    ...boundsTightened(before, after),
    ...membersNarrowed(before, after),
  ];
}

function optionsOf(schema: Schema): Schema[] {
  const { anyOf, oneOf, type } = schema;
  const listed = Array.isArray(anyOf) ? anyOf : Array.isArray(oneOf) ? oneOf : undefined;
  if (listed !== undefined) return listed.filter(isSchema).flatMap((option) => optionsOf(option));
  if (Array.isArray(type)) return type.map((one: unknown) => ({ ...schema, type: one }));
  return [schema];
}

function typesLost(before: Schema, after: Schema): string[] {
  const { type } = after;
  if (type === undefined || type === before["type"]) return [];
  if (type === "number" && before["type"] === "integer") return [];
  return [`is ${JSON.stringify(type)} instead of ${JSON.stringify(before["type"] ?? "anything")}`];
}

function valuesLost(before: Schema, after: Schema): string[] {
  const allowed = valuesOf(after);
  if (allowed === undefined) return [];
  const needed = valuesOf(before);
  if (needed === undefined) return ["takes only some values now"];
  return needed
    .filter((value) => !allowed.includes(value))
    .map((value) => `no longer takes ${JSON.stringify(value)}`);
}

function valuesOf(schema: Schema): unknown[] | undefined {
  if ("const" in schema) return [schema["const"]];
  return Array.isArray(schema["enum"]) ? schema["enum"] : undefined;
}

function boundsTightened(before: Schema, after: Schema): string[] {
  const tighter = [
    ...["minimum", "minLength", "minItems", "exclusiveMinimum"].filter(
      (key) => numberOf(after, key, -Infinity) > numberOf(before, key, -Infinity),
    ),
    ...["maximum", "maxLength", "maxItems", "exclusiveMaximum"].filter(
      (key) => numberOf(after, key, Infinity) < numberOf(before, key, Infinity),
    ),
    ...(after["pattern"] !== undefined && after["pattern"] !== before["pattern"]
      ? ["pattern"]
      : []),
  ];
  return tighter.map((key) => `has a tighter ${key}`);
}

function membersNarrowed(before: Schema, after: Schema): string[] {
  const items =
    isSchema(before["items"]) && isSchema(after["items"])
      ? narrowings(before["items"], after["items"])
      : [];
  const old = membersOf(before);
  const now = membersOf(after);
  const members = Object.entries(old).flatMap(([name, schema]) => {
    const present = now[name];
    if (present !== undefined) return narrowings(schema, present).map((line) => `.${name} ${line}`);
    return after["additionalProperties"] === false ? [`no longer takes .${name}`] : [];
  });
  const required = namesOf(after["required"])
    .filter((name) => !namesOf(before["required"]).includes(name))
    .map((name) => `needs .${name} now`);
  return [...items, ...members, ...required];
}

/** Members a result had and has no more, by path. */
function lostMembers(before: Schema, after: Schema, path = ""): string[] {
  const old = membersOf(before);
  const now = membersOf(after);
  const lost = Object.entries(old).flatMap(([name, schema]) => {
    const present = now[name];
    return present === undefined
      ? [`${path}.${name}`]
      : lostMembers(schema, present, `${path}.${name}`);
  });
  const items =
    isSchema(before["items"]) && isSchema(after["items"])
      ? lostMembers(before["items"], after["items"], `${path}[]`)
      : [];
  return [...lost, ...items];
}

function membersOf(schema: Schema): Readonly<Record<string, Schema>> {
  const { properties } = schema;
  if (!isSchema(properties)) return {};
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, member]) =>
      isSchema(member) ? [[name, member]] : [],
    ),
  );
}

function numberOf(schema: Schema, key: string, fallback: number): number {
  const value = schema[key];
  return typeof value === "number" ? value : fallback;
}

function namesOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === "string") : [];
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
