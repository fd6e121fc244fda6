import { RemoteError } from "#shared/rpc/errors.ts";
import type { RpcPeer } from "#shared/rpc/rpcPeer.ts";
import * as z from "zod";
import {
  info,
  listCommands,
  listObjects,
  pauseResume,
  queryObjects,
  restart,
  runScript,
} from "./klipperRequests.ts";

const Query = z.looseObject({
  objects: z.record(z.string(), z.array(z.string()).nullable()),
});
const Script = z.looseObject({ script: z.string() });

type Relay = (peer: RpcPeer, params: unknown) => Promise<unknown>;

async function ok(done: Promise<unknown>): Promise<string> {
  await done;
  return "ok";
}

/** Requests of Moonraker's API that a bare Klipper can answer too. */
const RELAYED: Readonly<Record<string, Relay>> = {
  "printer.info": (peer) => info(peer),
  "printer.objects.list": async (peer) => ({ objects: await listObjects(peer) }),
  "printer.objects.query": (peer, params) => queryObjects(peer, checked(Query, params).objects),
  "printer.gcode.script": (peer, params) => ok(runScript(peer, checked(Script, params).script)),
  "printer.gcode.help": (peer) => listCommands(peer),
  "printer.print.pause": (peer) => ok(pauseResume(peer, "pause")),
  "printer.print.resume": (peer) => ok(pauseResume(peer, "resume")),
  "printer.print.cancel": (peer) => ok(pauseResume(peer, "cancel")),
  "printer.restart": (peer) => ok(restart(peer, "restart")),
  "printer.firmware_restart": (peer) => ok(restart(peer, "firmware_restart")),
};

/** Answers a request of Moonraker's API from Klipper; what needs a Moonraker is -32601. */
export async function relay(peer: RpcPeer, method: string, params: unknown): Promise<unknown> {
  const run = Object.hasOwn(RELAYED, method) ? RELAYED[method] : undefined;
  if (run === undefined) throw new RemoteError(-32601, "Method not found");
  return run(peer, params);
}

/** What is not exactly what Klipper expects is not sent. */
function checked<T>(schema: z.ZodType<T>, params: unknown): T {
  const read = schema.safeParse(params);
  if (read.success) return read.data;
  throw new RemoteError(400, z.prettifyError(read.error));
}
