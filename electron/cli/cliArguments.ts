import { parseArgs } from "node:util";
import { AppError, messageOf } from "#shared/rpc/errors.ts";

export const DEFAULT_URL = "http://127.0.0.1:7140/";

export const HELP = `Nextplate on the command line: one more client of the host's API

usage: nextplate COMMAND [options]

  status [PRINTER...]      every printer, or the queue of some
  add FILE... [options]    upload files and queue them
  start PRINTER...         let a queue start its jobs (no word on the plate: see clear)
  pause PRINTER...         let a queue start no more; a running print goes on
  clear PRINTER...         say that you have looked and the plate is clear
  watch [PRINTER...]       tell what changes, until Ctrl+C

PRINTER is an id or a name.

options
  --printer PRINTER  add: where to; once for each printer. With one printer in the farm not needed
  --copies N         add: so many of each file (1)
  --folder PATH      add: folder of the library to put the files into
  --start            add: also start the queue
  --front            add: at the head of the queue instead of its end
  --hold REASON      add: queue it, but hold it until released
  --note TEXT        add: a note on the jobs; clear: a note on the plate
  --url ADDRESS      the host (NEXTPLATE_URL, else ${DEFAULT_URL})
  --key-file FILE    an API key, for a host on another computer (else NEXTPLATE_API_KEY)
  --json             JSON instead of text; watch writes one object per line
  --version          print the version
  --help             print this

exit codes
  0  done
  1  the host refused, and says why
  2  the command line makes no sense
  3  no host could be reached`;

/** What every command needs to find its host. */
interface Common {
  readonly url: string;
  readonly keyFile: string | null;
  readonly key: string | null;
  readonly json: boolean;
}

export type CliCommand = Common &
  (
    | { readonly kind: "status"; readonly printers: string[] }
    | { readonly kind: "watch"; readonly printers: string[] }
    | { readonly kind: "start"; readonly printers: string[] }
    | { readonly kind: "pause"; readonly printers: string[] }
    | { readonly kind: "clear"; readonly printers: string[]; readonly note: string }
    | {
        readonly kind: "add";
        readonly files: string[];
        readonly printers: string[];
        readonly copies: number;
        readonly folder: string;
        readonly start: boolean;
        readonly front: boolean;
        readonly hold: string | null;
        readonly note: string;
      }
  );

export type CliArguments =
  | { readonly kind: "run"; readonly command: CliCommand }
  | { readonly kind: "help" | "version" }
  | { readonly kind: "invalid"; readonly message: string };

/** Reads the command line. Never throws: what is wrong comes back as one sentence. */
export function parseCliArguments(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): CliArguments {
  try {
    return parse(argv, env);
  } catch (error) {
    return { kind: "invalid", message: `${messageOf(error)} (nextplate --help lists the options)` };
  }
}

function parse(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): CliArguments {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      printer: { type: "string", multiple: true, default: [] },
      copies: { type: "string" },
      folder: { type: "string" },
      start: { type: "boolean" },
      front: { type: "boolean" },
      hold: { type: "string" },
      note: { type: "string" },
      url: { type: "string" },
      "key-file": { type: "string" },
      json: { type: "boolean", default: false },
      version: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return { kind: "help" };
  if (values.version) return { kind: "version" };
  const [name, ...rest] = positionals;
  if (name === undefined) throw usage("Say what to do");
  const common: Common = {
    url: addressOf(values.url ?? env["NEXTPLATE_URL"] ?? DEFAULT_URL),
    keyFile: values["key-file"] ?? null,
    key: env["NEXTPLATE_API_KEY"] ?? null,
    json: values.json,
  };
  const { copies, folder, start, front, hold, note = "" } = values;
  const only = (option: string, given: unknown): void => {
    if (given !== undefined) throw usage(`--${option} belongs to "add", not to "${name}"`);
  };
  if (name !== "add") {
    for (const [option, given] of Object.entries({ copies, folder, start, front, hold })) {
      only(option, given);
    }
    if (name !== "clear") only("note", values.note);
  }
  const printers = name === "add" ? values.printer : [...rest, ...values.printer];
  switch (name) {
    case "status":
    case "watch":
      return { kind: "run", command: { ...common, kind: name, printers } };
    case "start":
    case "pause":
    case "clear":
      if (printers.length === 0) throw usage(`Say which printer to ${name}`);
      return name === "clear"
        ? { kind: "run", command: { ...common, kind: name, printers, note } }
        : { kind: "run", command: { ...common, kind: name, printers } };
    case "add": {
      if (rest.length === 0) throw usage("Say which files to add");
      const command = {
        ...common,
        kind: "add" as const,
        files: rest,
        printers,
        copies: countOf(copies ?? "1"),
        folder: (folder ?? "").replace(/^\/+|\/+$/g, ""),
        start: start ?? false,
        front: front ?? false,
        hold: hold ?? null,
        note,
      };
      return { kind: "run", command };
    }
    default:
      throw usage(`There is no command "${name}"`);
  }
}

function addressOf(given: string): string {
  const text = /^https?:\/\//.test(given) ? given : `http://${given}`;
  if (!URL.canParse(text)) throw usage(`"${given}" is no address`);
  const { href } = new URL(text);
  return href.endsWith("/") ? href : `${href}/`;
}

function countOf(given: string): number {
  const count = Number(given);
  if (!/^\d+$/.test(given) || count < 1 || count > 1000) {
    throw usage(`--copies takes a whole number from 1 to 1000, not "${given}"`);
  }
  return count;
}

function usage(message: string): AppError {
  return new AppError("bad_request", message);
}
