#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { messageOf } from "#shared/rpc/errors.ts";
import { assertNever } from "#shared/util/assertNever.ts";
import { packageVersion } from "../paths.ts";
import { type CliCommand, HELP, parseCliArguments } from "./cliArguments.ts";
import { add, clear, type Outcome, pause, start, status } from "./commands.ts";
import { HostClient, UnreachableError } from "./hostClient.ts";
import { watch } from "./watch.ts";

const REFUSED = 1;
const BAD_USAGE = 2;
const UNREACHABLE = 3;

/** The command line: argv -> the host's API -> text or JSON, and an exit code for scripts. */
async function run(argv: readonly string[]): Promise<number> {
  const version = packageVersion((url) => readFileSync(url, "utf8"));
  const parsed = parseCliArguments(argv, process.env);
  switch (parsed.kind) {
    case "help":
      print(HELP);
      return 0;
    case "version":
      print(version);
      return 0;
    case "invalid":
      complain(parsed.message);
      return BAD_USAGE;
    case "run":
      return runCommand(parsed.command, version);
  }
}

async function runCommand(command: CliCommand, version: string): Promise<number> {
  try {
    const key =
      command.keyFile === null ? command.key : readFileSync(command.keyFile, "utf8").trim();
    const host = new HostClient(command.url, key);
    if (command.kind === "watch") {
      const { printers, json } = command;
      await watch(host, { printers, json, version, print, note: complain, signal: interrupted() });
      return 0;
    }
    const { text, json } = await outcomeOf(host, command);
    print(command.json ? JSON.stringify(json, null, 2) : text);
    return 0;
  } catch (error) {
    complain(messageOf(error));
    return error instanceof UnreachableError ? UNREACHABLE : REFUSED;
  }
}

function outcomeOf(
  host: HostClient,
  command: Exclude<CliCommand, { kind: "watch" }>,
): Promise<Outcome> {
  switch (command.kind) {
    case "status":
      return status(host, command);
    case "add":
      return add(host, command);
    case "start":
      return start(host, command);
    case "pause":
      return pause(host, command);
    case "clear":
      return clear(host, command);
    default:
      return assertNever(command, "command");
  }
}

/** Ctrl+C is how a watch ends, and no failure. */
function interrupted(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => controller.abort());
  return controller.signal;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function complain(line: string): void {
  process.stderr.write(`nextplate: ${line}\n`);
}

// A reader that has seen enough (`nextplate watch | head`) is no error.
process.stdout.on("error", () => process.exit(0));
process.exitCode = await run(process.argv.slice(2));
