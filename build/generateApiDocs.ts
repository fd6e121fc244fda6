import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { methods, type MethodName } from "#shared/contract/index.ts";
import { notifications } from "#shared/contract/notifications.ts";
import { ERROR_CODES } from "#shared/rpc/errors.ts";
import { jsonSchema, paramsSchema } from "../electron/host/server/openRpc.ts";
import { stableApi } from "./contract/stableApi.ts";

type Schema = Readonly<Record<string, unknown>>;

const AREAS: readonly (readonly [string, string, RegExp])[] = [
  ["Job queue", "One printer's queue, as Moonraker documents it.", /^server\.job_queue\./],
  ["Files", "The g-code library of a printer: its root `gcodes`.", /^server\.files\./],
  ["Printer", "The printer itself.", /^printer\./],
  ["Farm", "What Moonraker has no word for: several printers, plates, decisions.", /^farm\./],
  ["Server", "This server and the connection to it.", /./],
];

const INTRODUCTION = `# API

Generated from \`shared/contract\` by \`npm run docs\`: change the table, not this page.

Every method is called over the websocket (\`/websocket\`, JSON-RPC 2.0, parameters by name), over HTTP as JSON-RPC (\`POST /server/jsonrpc\`), and, where a
path is given, over HTTP itself. The same API stands at three addresses:

- \`/\`: the farm. Methods for one printer take one more parameter, \`printer\`; without it they go to the default printer.
- \`/printers/{id}/\`: one printer, as if it were a Moonraker of its own.
- \`/printers/{id}/queue/\`: the same for slicers: always ready, prints are queued.

Files are uploaded with \`POST /server/files/upload\` (multipart, part \`file\`; fields \`path\`, \`checksum\`, \`print\`) and downloaded with \`GET /server/files/gcodes/{path}\`,
into the farm's own tree with \`POST /farm/library/upload\`;
thumbnails with \`GET /farm/thumbnails/{content}?width={pixels}\`. Where this differs from Moonraker: [compatibility.md](compatibility.md).
`;

/** The whole of docs/api.md. */
export function apiDocs(): string {
  const left = new Set(Object.keys(methods));
  const areas = AREAS.map(([title, text, pattern]) => {
    const names = [...left].filter((name) => pattern.test(name)).toSorted();
    for (const name of names) left.delete(name);
    return `## ${title}\n\n${text}\n\n${names.map((name) => methodDocs(name as MethodName)).join("\n")}`;
  });
  return [INTRODUCTION, ...areas, notificationDocs(), errorDocs()].join("\n");
}

function methodDocs(name: MethodName): string {
  const definition = methods[name];
  const { properties, required } = paramsSchema(definition.params);
  const http =
    "http" in definition && definition.http !== undefined
      ? ` HTTP: \`${definition.http.verb} ${definition.http.path}\`${definition.http.orVerb === undefined ? "" : `, also \`${definition.http.orVerb}\``}.`
      : "";
  const only = "websocketOnly" in definition ? " Websocket only." : "";
  const rows = Object.entries(properties).map(
    ([param, schema]) =>
      `| \`${param}\` | ${typeName(schema)} | ${required.includes(param) ? "yes" : "no"} | ${notes(schema)} |`,
  );
  const table =
    rows.length === 0
      ? ""
      : `\n| parameter | type | required | |\n| --- | --- | --- | --- |\n${rows.join("\n")}\n`;
  return `### ${name}\n\n${definition.summary}.${http}${only}\n${table}\nResult: ${typeName(jsonSchema(definition.result, "output"))}\n`;
}

function notificationDocs(): string {
  const rows = Object.entries(notifications).map(([name, params]) => {
    const { prefixItems } = jsonSchema(params, "output");
    const types = Array.isArray(prefixItems) ? prefixItems.map((item) => typeName(item)) : [];
    return `| \`${name}\` | ${types.join(", ")} |`;
  });
  return `## Notifications\n\n| name | parameters, by position |\n| --- | --- |\n${rows.join("\n")}\n`;
}

function errorDocs(): string {
  const rows = Object.entries(ERROR_CODES).map(
    ([name, { jsonrpc, http, retryable }]) =>
      `| ${name} | ${jsonrpc} | ${http} | ${retryable ? "yes" : "no"} |`,
  );
  return `## Errors\n\n| kind | JSON-RPC code | HTTP status | worth retrying |\n| --- | --- | --- | --- |\n${rows.join("\n")}\n`;
}

/** A schema in one line. */
function typeName(schema: unknown): string {
  if (!isSchema(schema)) return "any";
  const { type, anyOf, oneOf, items, properties, additionalProperties } = schema;
  if ("const" in schema) return `\`${JSON.stringify(schema["const"])}\``;
  if (Array.isArray(schema["enum"])) {
    return schema["enum"].map((value) => `\`${JSON.stringify(value)}\``).join(" or ");
  }
  const options = anyOf ?? oneOf;
  if (Array.isArray(options)) return options.map((option) => typeName(option)).join(" or ");
  if (Array.isArray(type)) return type.join(" or ");
  if (type === "array") return isSchema(items) ? `list of ${typeName(items)}` : "list";
  if (type === "object" && isSchema(properties)) return `{ ${Object.keys(properties).join(", ")} }`;
  if (type === "object" && isSchema(additionalProperties)) {
    return `object of ${typeName(additionalProperties)}`;
  }
  return typeof type === "string" ? type : "any";
}

function notes(schema: Schema): string {
  const { description, default: fallback, minimum, maximum } = schema;
  const range = [minimum, maximum].filter((bound) => typeof bound === "number").join("..");
  const parts = [
    typeof description === "string" ? description : "",
    fallback === undefined ? "" : `default \`${JSON.stringify(fallback)}\``,
    typeof maximum === "number" && maximum > 1e15 ? "" : range,
  ];
  return parts.filter((part) => part !== "").join("; ");
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Writes the page; with `--stable` also the snapshot that later versions must stay compatible with. */
function main(): void {
  const root = join(import.meta.dirname, "..");
  writeFileSync(join(root, "docs/api.md"), apiDocs());
  if (process.argv.includes("--stable")) {
    const file = join(root, "build/contract/stable.json");
    // One line per method: a change shows as that method's line.
    const lines = Object.entries(stableApi()).map(
      ([name, method]) => `${JSON.stringify(name)}: ${JSON.stringify(method)}`,
    );
    writeFileSync(file, `{\n${lines.join(",\n")}\n}\n`);
  }
}

if (process.argv[1] === import.meta.filename) main();
